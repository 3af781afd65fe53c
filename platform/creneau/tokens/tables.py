"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Array, Bytea, Text, Timestamptz
from piccolo.table import Table


class ApiToken(Table, tablename="api_token"):
    """The digest of a program’s token (T-13)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    digest = Bytea(null=False)
    label = Text(null=False)
    scopes = Array(base_column=Text(), null=False)
    created_at = Timestamptz(null=False)
    expires_at = Timestamptz(null=False)
    revoked_at = Timestamptz(null=True, default=None)

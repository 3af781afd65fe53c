"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table


class SignUpRow(Table, tablename="sign_up"):
    """A tenant that signed up by itself."""

    tenant_id = UUID(null=False, default=None)
    kind = Text(null=False)
    terms = Text(null=False)
    created_at = Timestamptz(null=False)


class Suspension(Table, tablename="suspension"):
    """What a suspended tenant goes back to."""

    tenant_id = UUID(null=False, default=None)
    state_before = Text(null=False)
    since = Timestamptz(null=False)

"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, Bytea, Text, Timestamptz
from piccolo.table import Table


class Idempotency(Table, tablename="idempotency"):
    """A key and the answer that it got (C-30)."""

    tenant_id = UUID(null=False, default=None)
    key = Text(null=False)
    request_digest = Bytea(null=False)
    answer = JSONB(null=True, default=None)
    created_at = Timestamptz(null=False)

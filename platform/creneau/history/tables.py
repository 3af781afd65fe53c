"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Text, Timestamptz
from piccolo.table import Table


class History(Table, tablename="history"):
    """Who did what and when (C-66)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    at = Timestamptz(null=False)
    actor_kind = Text(null=False)
    actor_id = UUID(null=True, default=None)
    subject_kind = Text(null=False)
    subject_id = UUID(null=False, default=None)
    action = Text(null=False)
    details = JSONB(null=False)


class HistorySeal(Table, tablename="history_seal"):
    """A link of the chain of a tenant's history; its key is the position."""

    tenant_id = UUID(null=False, default=None)
    position = BigInt(null=False)
    history_id = UUID(null=False, default=None)
    digest = Bytea(null=False)
    sealed_at = Timestamptz(null=False)

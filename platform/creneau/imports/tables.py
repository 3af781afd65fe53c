"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class DataImport(Table, tablename="data_import"):
    """A file that a tenant brings along, and how far it is (T-14)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    kind = Text(null=False)
    file_name = Text(null=False)
    locale = Text(null=False)
    content = Bytea(null=True, default=None)
    state = Text(null=False)
    lines = Integer(null=False)
    looked_at = Integer(null=False)
    made = Integer(null=False)
    known = Integer(null=False)
    wrong = Integer(null=False)
    faults = JSONB(null=False)
    agent_id = UUID(null=False, default=None)
    created_at = Timestamptz(null=False)
    ended_at = Timestamptz(null=True, default=None)

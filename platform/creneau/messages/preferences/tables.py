"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Boolean, Text, Timestamptz
from piccolo.table import Table


class PersonPreference(Table, tablename="person_preference"):
    """By which ways somebody wants what is not essential."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(null=False, default=None)
    by_email = Boolean(null=False)
    by_sms = Boolean(null=False)
    changed_at = Timestamptz(null=False)


class AgentPreference(Table, tablename="agent_preference"):
    """About which appointments an agent is written to."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    agent_id = UUID(null=False, default=None)
    scope = Text(null=False)
    taken = Boolean(null=False)
    moved = Boolean(null=False)
    cancelled = Boolean(null=False)
    changed_at = Timestamptz(null=False)

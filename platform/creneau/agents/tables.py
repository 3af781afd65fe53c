"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Boolean, Text, Timestamptz
from piccolo.table import Table


class Resource(Table, tablename="resource"):
    """Anything whose time can be taken; an agent has the same id."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    kind = Text(null=False)
    label = Text(null=False)
    active = Boolean(null=False)


class Agent(Table, tablename="agent"):
    """A person who works for a tenant."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    email = Text(null=False)
    first_name = Text(null=False)
    last_name = Text(null=False)
    password_hash = Text(null=True, default=None)
    locale = Text(null=True, default=None)
    state = Text(null=False)
    created_at = Timestamptz(null=False)


class AgentService(Table, tablename="agent_service"):
    """Which services an agent belongs to."""

    tenant_id = UUID(null=False, default=None)
    agent_id = UUID(null=False, default=None)
    service_id = UUID(null=False, default=None)

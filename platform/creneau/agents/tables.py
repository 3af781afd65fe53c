"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Boolean, Bytea, Integer, Text, Timestamptz
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
    invited_at = Timestamptz(null=True, default=None)


class AgentService(Table, tablename="agent_service"):
    """Which services an agent belongs to."""

    tenant_id = UUID(null=False, default=None)
    agent_id = UUID(null=False, default=None)
    service_id = UUID(null=False, default=None)


class AgentLink(Table, tablename="agent_link"):
    """A link of an invitation, or to choose another password."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    agent_id = UUID(null=False, default=None)
    purpose = Text(null=False)
    digest = Bytea(null=False)
    created_at = Timestamptz(null=False)
    expires_at = Timestamptz(null=False)
    used_at = Timestamptz(null=True, default=None)


class SecondFactor(Table, tablename="second_factor"):
    """What an agent's device makes codes from; sealed."""

    tenant_id = UUID(null=False, default=None)
    agent_id = UUID(null=False, default=None)
    secret = Bytea(null=False)
    last_step = Integer(null=False)
    created_at = Timestamptz(null=False)
    confirmed_at = Timestamptz(null=True, default=None)


class RecoveryCode(Table, tablename="recovery_code"):
    """A code for whoever lost the device."""

    tenant_id = UUID(null=False, default=None)
    agent_id = UUID(null=False, default=None)
    digest = Bytea(null=False)
    created_at = Timestamptz(null=False)
    used_at = Timestamptz(null=True, default=None)


class Seeing(Table, tablename="seeing"):
    """When somebody saw the back office as a colleague (T-08)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    agent_id = UUID(null=False, default=None)
    seen_id = UUID(null=False, default=None)
    started_at = Timestamptz(null=False)
    ends_at = Timestamptz(null=False)
    ended_at = Timestamptz(null=True, default=None)

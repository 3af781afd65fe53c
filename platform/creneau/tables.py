"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class Tenant(Table, tablename="tenant"):
    """The isolation boundary."""

    id = UUID(primary_key=True)
    slug = Text(null=False)
    name = Text(null=False)
    locale = Text(null=False)
    time_zone = Text(null=False)
    state = Text(null=False)
    created_at = Timestamptz(null=False)
    entry = BigInt(null=False)


class Session(Table, tablename="session"):
    """A visitor’s or agent’s session."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    digest = Bytea(null=False)
    agent_id = UUID(null=True, default=None)
    person_id = UUID(null=True, default=None)
    email = Text(null=True, default=None)
    data = JSONB(null=False)
    created_at = Timestamptz(null=False)
    seen_at = Timestamptz(null=False)
    expires_at = Timestamptz(null=False)
    revoked_at = Timestamptz(null=True, default=None)
    method = Text(null=False)
    device = Text(null=False)


class EmailCode(Table, tablename="email_code"):
    """A code sent to an address."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    session_id = UUID(null=False, default=None)
    email = Text(null=False)
    digest = Bytea(null=False)
    attempts = Integer(null=False)
    expires_at = Timestamptz(null=False)
    used_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False)


class Outbox(Table, tablename="outbox"):
    """What is to be done after commit."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    kind = Text(null=False)
    payload = JSONB(null=False)
    idempotency_key = Text(null=False)
    due_at = Timestamptz(null=False)
    attempts = Integer(null=False)
    lease_until = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    last_error = Text(null=True, default=None)
    created_at = Timestamptz(null=False)
    lane = Text(null=False)
    lapses = Integer(null=False)
    aside_at = Timestamptz(null=True, default=None)


class OutboxPace(Table, tablename="outbox_pace"):
    """How far the messages that a tenant has sent reach into its time."""

    tenant_id = UUID(null=False, default=None)
    taken_until = Timestamptz(null=False)


class WorkerSign(Table, tablename="worker_sign"):
    """That some worker lives; no tenant's."""

    id = UUID(primary_key=True)
    seen_at = Timestamptz(null=False)

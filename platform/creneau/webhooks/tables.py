"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Array, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class WebhookEndpoint(Table, tablename="webhook_endpoint"):
    """An address that is told of what happens (T-13)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    address = Text(null=False)
    description = Text(null=False)
    events = Array(base_column=Text(), null=False)
    state = Text(null=False)
    secret = Bytea(null=False)
    previous_secret = Bytea(null=True, default=None)
    previous_until = Timestamptz(null=True, default=None)
    failing_since = Timestamptz(null=True, default=None)
    failures = Integer(null=False)
    version = Integer(null=False)
    created_at = Timestamptz(null=False)


class WebhookDelivery(Table, tablename="webhook_delivery"):
    """One event on its way to one address, and what became of it."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    endpoint_id = UUID(null=False, default=None)
    event_id = UUID(null=False, default=None)
    event = Text(null=False)
    body = Text(null=False)
    state = Text(null=False)
    due_at = Timestamptz(null=False)
    deadline_at = Timestamptz(null=False)
    lease_until = Timestamptz(null=True, default=None)
    attempts = Integer(null=False)
    attempts_before = Integer(null=False)
    last_at = Timestamptz(null=True, default=None)
    last_status = Integer(null=True, default=None)
    last_error = Text(null=False)
    last_milliseconds = Integer(null=True, default=None)
    created_at = Timestamptz(null=False)

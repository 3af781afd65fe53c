"""The referential's tables; keys, constraints and policies stand in the migration."""

from piccolo.columns import UUID, Boolean, Text, Timestamptz
from piccolo.table import Table


class Naming(Table, tablename="naming", schema="social"):
    """Whether motives take their names from the referential: one row at most."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    enabled = Boolean(required=True, null=False, default=None)


class MotiveName(Table, tablename="motive_name", schema="social"):
    """A name that a service's motives may have."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    service_id = UUID(required=True, null=False, default=None)
    name = Text()
    created_at = Timestamptz()


class NameRequest(Table, tablename="name_request", schema="social"):
    """A name that an organisation asks for, and the answer."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    organisation_id = UUID(required=True, null=False, default=None)
    service_id = UUID(required=True, null=False, default=None)
    name = Text()
    reason = Text()
    state = Text(default="waiting")
    answer = Text()
    asked_by = UUID(required=True, null=False, default=None)
    asked_at = Timestamptz()
    decided_by = UUID(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)

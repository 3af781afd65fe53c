"""The tables as Piccolo knows them; keys, constraints and policies stand in the migration."""

from piccolo.columns import UUID, Array, Boolean, Timestamptz
from piccolo.table import Table


class Received(Table, tablename="received", schema="social"):
    """An appointment that took place, or to which somebody did not come."""

    tenant_id = UUID(required=True, null=False, default=None)
    booking_id = UUID(primary_key=True)
    person_id = UUID(required=True, null=False, default=None)
    service_id = UUID(required=True, null=False, default=None)
    motive_id = UUID(required=True, null=False, default=None)
    starts_at = Timestamptz()
    seen = Boolean()
    previous_at = Timestamptz(null=True, default=None)


class Contact(Table, tablename="contact", schema="social"):
    """The appointments of a person with one of their referents."""

    tenant_id = UUID(required=True, null=False, default=None)
    person_id = UUID(primary_key=True)
    agent_id = UUID(required=True, null=False, default=None)
    since = Timestamptz()
    seen_at = Array(base_column=Timestamptz())
    planned_at = Array(base_column=Timestamptz())


class Keeping(Table, tablename="keeping", schema="social"):
    """How far both are filled in."""

    tenant_id = UUID(primary_key=True)
    filled_to = UUID(null=True, default=None)
    filled_at = Timestamptz(null=True, default=None)

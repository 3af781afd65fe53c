"""The tables as Piccolo knows them; keys, constraints, triggers and policies stand in the migrations."""

from piccolo.columns import UUID, Array, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class AppointmentCount(Table, tablename="appointment_count"):
    """Appointments of a day, counted."""

    tenant_id = UUID(null=False, default=None)
    kind = Text(null=False)
    day = Date(null=False)
    organisation_id = UUID(null=False, default=None)
    subjects = Array(base_column=UUID(), null=False)
    state = Text(null=False)
    source = Text(null=False)
    number = Integer(null=False)
    minutes = Integer(null=False)
    service_id = UUID(null=False)


class AppointmentMonth(Table, tablename="appointment_month"):
    """What was counted by days, added up by months."""

    tenant_id = UUID(null=False, default=None)
    kind = Text(null=False)
    month = Date(null=False)
    organisation_id = UUID(null=False, default=None)
    service_id = UUID(null=False)
    subjects = Array(base_column=UUID(), null=False)
    state = Text(null=False)
    source = Text(null=False)
    number = Integer(null=False)
    minutes = Integer(null=False)


class AppointmentChange(Table, tablename="appointment_change"):
    """A mark: what changed since the days were counted."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    appointment_id = UUID(null=True, default=None)
    starts_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=True, default=None)


class PersonChange(Table, tablename="person_change"):
    """A mark: whose appointments changed, or in which appointment, since figures were counted."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(null=True, default=None)
    appointment_id = UUID(null=True, default=None)


class AppointmentCounting(Table, tablename="appointment_counting"):
    """Whose days were counted."""

    tenant_id = UUID(primary_key=True)
    time_zone = Text(null=False)
    asked = Boolean(null=False)

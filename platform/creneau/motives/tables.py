"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table


class Motive(Table, tablename="motive"):
    """What an appointment is for (C-05)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    organisation_id = UUID(null=False, default=None)
    service_id = UUID(null=False, default=None)
    name = Text(null=False)
    description = Text(null=False)
    category = Text(null=False)
    colour = Text(null=False)
    position = Integer(null=False)
    location_type = Text(null=False)
    audience = Text(null=False)
    duration_minutes = Integer(null=False)
    step_minutes = Integer(null=True, default=None)
    buffer_before_minutes = Integer(null=False)
    buffer_after_minutes = Integer(null=False)
    minimum_notice_minutes = Integer(null=False)
    maximum_notice_minutes = Integer(null=False)
    capacity = Integer(null=True, default=None)
    secretariat = Boolean(null=False)
    notify_persons = Boolean(null=False)
    notify_agents = Boolean(null=False)
    confidential = Boolean(null=False)
    person_channels = Text(null=False)
    instructions_before = Text(null=False)
    instructions_after = Text(null=False)
    cancellation_warning = Text(null=False)
    cancel_notice_minutes = Integer(null=True, default=None)
    move_notice_minutes = Integer(null=True, default=None)
    maximum_active_per_person = Integer(null=True, default=None)
    maximum_per_person_per_day = Integer(null=True, default=None)
    maximum_per_person_per_week = Integer(null=True, default=None)
    extra = JSONB(null=False)
    requires = JSONB(null=False)
    reminders = JSONB(null=False)
    created_at = Timestamptz(null=False)
    archived_at = Timestamptz(null=True, default=None)

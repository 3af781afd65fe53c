"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from creneau_infra.postgres.columns import TstzRange
from piccolo.columns import JSONB, UUID, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class Appointment(Table, tablename="appointment"):
    """Something on an agenda."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    motive_id = UUID(null=False, default=None)
    place_id = UUID(null=False, default=None)
    title = Text(null=False)
    starts_at = Timestamptz(null=False)
    ends_at = Timestamptz(null=False)
    period = TstzRange(null=False)
    capacity = Integer(null=True, default=None)
    group_session = Boolean(null=False)
    state = Text(null=False)
    notes = Text(null=False)
    extra = JSONB(null=False)
    sequence = Integer(null=False)
    created_at = Timestamptz(null=False)


class Allocation(Table, tablename="allocation"):
    """What takes a resource’s time; the exclusion constraint is C-22."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    appointment_id = UUID(null=False, default=None)
    resource_id = UUID(null=False, default=None)
    starts_at = Timestamptz(null=False)
    ends_at = Timestamptz(null=False)
    period = TstzRange(null=False)
    exclusive = Boolean(null=False)
    active = Boolean(null=False)
    held_until = Timestamptz(null=True, default=None)


class Booking(Table, tablename="booking"):
    """One person’s seat in an appointment."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    appointment_id = UUID(null=False, default=None)
    person_id = UUID(null=True, default=None)
    seat = Integer(null=False)
    state = Text(null=False)
    active = Boolean(null=False)
    held_until = Timestamptz(null=True, default=None)
    held_by = Bytea(null=True, default=None)
    source = Text(null=False)
    accepted_instructions = Text(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    extra = JSONB(null=False)
    created_at = Timestamptz(null=False)
    confirmed_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)


class BookingLink(Table, tablename="booking_link"):
    """The digest of a link in a message (C-45)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    booking_id = UUID(null=False, default=None)
    digest = Bytea(null=False)
    expires_at = Timestamptz(null=False)
    created_at = Timestamptz(null=False)

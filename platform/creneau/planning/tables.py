"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from creneau_infra.postgres.columns import TstzRange
from piccolo.columns import JSONB, UUID, Boolean, Date, Interval, Text, Time, Timestamptz
from piccolo.table import Table


class Opening(Table, tablename="opening"):
    """A (repeated) window in which a resource takes appointments, in local time (C-10)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    resource_id = UUID(null=False, default=None)
    place_id = UUID(null=False, default=None)
    title = Text(null=False)
    first_day = Date(null=False)
    start_time = Time(null=False)
    end_time = Time(null=False)
    recurrence = Text(null=True, default=None)
    materialised_until = Date(null=True, default=None)
    created_at = Timestamptz(null=False)


class OpeningMotive(Table, tablename="opening_motive"):
    """Which motives an opening takes."""

    tenant_id = UUID(null=False, default=None)
    opening_id = UUID(null=False, default=None)
    motive_id = UUID(null=False, default=None)


class OpeningOccurrence(Table, tablename="opening_occurrence"):
    """An opening on one day, in UTC."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    opening_id = UUID(null=False, default=None)
    day = Date(null=True, default=None)
    resource_id = UUID(null=False, default=None)
    place_id = UUID(null=False, default=None)
    starts_at = Timestamptz(null=False)
    ends_at = Timestamptz(null=False)
    period = TstzRange(null=False)
    longest_gap = Interval(null=True, default=None)


class FreedTime(Table, tablename="freed_time"):
    """Booked time that was freed since the gaps of the openings were noted (C-21)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    resource_id = UUID(null=False, default=None)
    starts_at = Timestamptz(null=False)
    ends_at = Timestamptz(null=False)


class Absence(Table, tablename="absence"):
    """A (repeated) window in which a resource is away, in local time (C-12)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    resource_id = UUID(null=False, default=None)
    title = Text(null=False)
    first_day = Date(null=False)
    start_time = Time(null=False)
    last_day = Date(null=False)
    end_time = Time(null=False)
    time_zone = Text(null=False)
    recurrence = Text(null=True, default=None)
    materialised_until = Date(null=True, default=None)
    created_at = Timestamptz(null=False)
    source_id = UUID(null=True, default=None)


class AbsenceOccurrence(Table, tablename="absence_occurrence"):
    """An absence on one day, in UTC."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    absence_id = UUID(null=False, default=None)
    day = Date(null=True, default=None)
    resource_id = UUID(null=False, default=None)
    starts_at = Timestamptz(null=False)
    ends_at = Timestamptz(null=False)
    period = TstzRange(null=False)


class ClosureSeries(Table, tablename="closure_series"):
    """A (repeated) closure, in local time (C-07)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    organisation_id = UUID(null=True, default=None)
    place_id = UUID(null=True, default=None)
    label = Text(null=False)
    kind = Text(null=False)
    first_day = Date(null=False)
    start_time = Time(null=False)
    last_day = Date(null=False)
    end_time = Time(null=False)
    time_zone = Text(null=False)
    recurrence = Text(null=True, default=None)
    materialised_until = Date(null=True, default=None)
    created_at = Timestamptz(null=False)


class OccurrenceChange(Table, tablename="occurrence_change"):
    """One occurrence that is skipped, or takes place otherwise than its series (C-11)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    opening_id = UUID(null=True, default=None)
    absence_id = UUID(null=True, default=None)
    closure_series_id = UUID(null=True, default=None)
    day = Date(null=False)
    skipped = Boolean(null=False)
    first_day = Date(null=True, default=None)
    start_time = Time(null=True, default=None)
    last_day = Date(null=True, default=None)
    end_time = Time(null=True, default=None)
    resource_id = UUID(null=True, default=None)
    place_id = UUID(null=True, default=None)


class HolidayCalendar(Table, tablename="holiday_calendar"):
    """The public holidays on which an organisation closes (C-07)."""

    tenant_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    edits = JSONB(null=False)
    materialised_until = Date(null=True, default=None)


class Closure(Table, tablename="closure"):
    """A period in which a place, an organisation or the tenant is closed, in UTC (C-07)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    series_id = UUID(null=True, default=None)
    day = Date(null=True, default=None)
    organisation_id = UUID(null=True, default=None)
    place_id = UUID(null=True, default=None)
    label = Text(null=False)
    kind = Text(null=False)
    starts_at = Timestamptz(null=False)
    ends_at = Timestamptz(null=False)
    period = TstzRange(null=False)

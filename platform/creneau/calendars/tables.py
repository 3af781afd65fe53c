"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class CalendarAccess(Table, tablename="calendar_access"):
    """A private address of a calendar, or the password of a program that reads it (C-83)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    kind = Text(null=False)
    agent_id = UUID(null=True, default=None)
    person_id = UUID(null=True, default=None)
    name = Text(null=False)
    detail = Text(null=False)
    colleagues = Boolean(null=False)
    locale = Text(null=False)
    digest = Bytea(null=False)
    etag = Bytea(null=True, default=None)
    changed_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False)
    read_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)


class BusySource(Table, tablename="busy_source"):
    """A calendar elsewhere, whose busy times become absences of an agent (C-83)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    agent_id = UUID(null=False, default=None)
    name = Text(null=False)
    address = Bytea(null=False)
    host = Text(null=False)
    etag = Text(null=False)
    last_modified = Text(null=False)
    read_on = Date(null=True, default=None)
    due_at = Timestamptz(null=False)
    good_at = Timestamptz(null=True, default=None)
    failing_since = Timestamptz(null=True, default=None)
    failure = Text(null=False)
    told_at = Timestamptz(null=True, default=None)
    events = Integer(null=False)
    created_at = Timestamptz(null=False)

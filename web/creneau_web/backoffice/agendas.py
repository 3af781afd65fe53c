"""What an agenda's rows show, read for a day or for what still waits (C-60, C-65)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.schemas import Agent
from creneau.appointments import service as appointments
from creneau.appointments.schemas import AgendaEntry, Booking
from creneau.calendars import service as calendars
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau_infra.clock import now

from creneau_web.backoffice.reach import signed_in_agent

FREED = frozenset({"cancelled", "excused"})
WAITS_FOR_A_STATUS = timedelta(days=30)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One appointment of an agenda; the times are local to its place."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    title: str
    detail: str
    colour: str
    status: str
    href: str


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """A busy time that was read from another calendar; local times, of that day alone.

    `source` is the calendar's name, for its agent alone; empty for others.
    """

    starts_at: datetime
    ends_at: datetime
    whole_day: bool
    source: str


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """A way to a colleague's agenda, and how much is on it."""

    label: str
    hint: str
    href: str


async def busy_elsewhere(agent_id: UUID, day: date, *, own: bool) -> list[Elsewhere]:
    """Read when an agent is busy that local day by another calendar (C-83)."""
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    return [
        Elsewhere(
            starts_at=max(one.starts_at.astimezone(zone()), start),
            ends_at=min(one.ends_at.astimezone(zone()), end),
            whole_day=one.starts_at <= start and one.ends_at >= end,
            source=one.source if own else "",
        )
        for one in await calendars.busy_times(agent_id, start, end)
    ]


def zone() -> ZoneInfo:
    """Give the tenant's time zone, in which an agent's days begin and end."""
    return ZoneInfo(current_tenant.get().time_zone)


def today() -> date:
    """Give the day that it is for the tenant."""
    return now().astimezone(zone()).date()


def href(path: str, agent_id: UUID | None, day: date | None = None) -> str:
    """Write the address of an agenda's page; what is asked by default is left out."""
    asked: dict[str, str] = {}
    if day is not None and day != today():
        asked["jour"] = day.isoformat()
    if agent_id is not None and agent_id != signed_in_agent().id:
        asked["agent"] = str(agent_id)
    return f"{path}?{urlencode(asked)}" if asked else path


def standing(booking: Booking) -> str:
    """Give the status to show: past and without one, it is to be filled in (C-65)."""
    if booking.state != "planned":
        return booking.state
    return "to_fill" if booking.ends_at <= now() else "upcoming"


async def of_day(agent_id: UUID, day: date) -> list[Row]:
    """Read an agent's appointments of a local day, those that take no time any more included."""
    return await _rows(agent_id, *bounds(day))


async def of_colleagues(visible: Sequence[Agent], day: date) -> list[Colleague]:
    """Name the colleagues within reach who receive somebody that local day, by last name."""
    own = signed_in_agent().id
    others = [agent for agent in visible if agent.id != own]
    entries = await appointments.agenda([agent.id for agent in others], *bounds(day))
    busy = Counter(
        one for entry in entries if entry.state not in FREED for one in entry.resource_ids
    )
    return [_colleague(agent, busy[agent.id], day) for agent in others if busy[agent.id]]


def _colleague(agent: Agent, number: int, day: date) -> Colleague:
    return Colleague(
        label=agent.display_name,
        hint=ngettext("%(num)s rendez-vous", "%(num)s rendez-vous", number, num=number),
        href=href("/agents", agent.id, day),
    )


async def to_fill(agent_id: UUID) -> list[Row]:
    """Read an agent's appointments of the last thirty days that wait for a status, oldest first."""
    rows = await _rows(agent_id, now() - WAITS_FOR_A_STATUS, now())
    return [row for row in rows if row.status == "to_fill"]


async def waiting(agent_id: UUID) -> list[Row]:
    """Read whom an agent's waiting room holds today (C-65)."""
    return [row for row in await of_day(agent_id, today()) if row.status == "waiting"]


def by_day(rows: Iterable[Row]) -> Mapping[date, list[Row]]:
    """Sort rows under their local days, in the order in which they come."""
    days: dict[date, list[Row]] = {}
    for row in rows:
        days.setdefault(row.starts_at.date(), []).append(row)
    return days


def bounds(day: date) -> tuple[datetime, datetime]:
    """Give the moments at which a local day begins and the next one does."""
    return _midnight(day), _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


async def _rows(agent_id: UUID, starts_from: datetime, starts_before: datetime) -> list[Row]:
    return [
        _row(entry) for entry in await appointments.agenda([agent_id], starts_from, starts_before)
    ]


def detail(motive: str, *, confidential: bool) -> str:
    """Write a motive as agendas show it; of what is confidential nothing is sent (S-08)."""
    return _("%(motive)s, confidentiel", motive=motive) if confidential else motive


def _row(entry: AgendaEntry) -> Row:
    local = ZoneInfo(entry.time_zone)
    return Row(
        id=entry.id,
        starts_at=entry.starts_at.astimezone(local),
        ends_at=entry.ends_at.astimezone(local),
        title=f"{entry.first_name} {entry.last_name}",
        detail=f"{detail(entry.motive_name, confidential=entry.confidential)} · {entry.place_name}",
        colour=entry.colour,
        status=standing(entry),
        href=f"/agents/rendez-vous/{entry.id}",
    )

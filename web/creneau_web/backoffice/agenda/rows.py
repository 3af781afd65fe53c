"""What agendas show, as the table and the calendar draw it: appointments, sessions, backgrounds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agenda.schemas import Agenda, Away, Closing, Opening, Session
from creneau.appointments.rules import OPEN
from creneau.appointments.schemas import AgendaEntry
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from msgspec.structs import replace

from creneau_web.backoffice import agendas
from creneau_web.backoffice.agenda.asked import Asked

BOOKINGS: Final = "/agents/rendez-vous"
Shown = TypeVar("Shown", "Row", "Ground")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment or a session; local times. `move_href` is empty where it cannot be moved.

    `seated` are the appointments of those who come to a session. `confidential`: nothing is sent (S-08).
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    title: str
    motive: str
    place: str
    who: str
    colour: str
    status: str
    href: str
    move_href: str
    agent_ids: Sequence[UUID]
    seated: Sequence["Row"] = ()
    confidential: bool = False


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What lies behind the appointments: `open`, `away` or `closed`; local times of one day."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    text: str
    agent_ids: Sequence[UUID]


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the table."""

    day: date
    rows: Sequence[Row]
    grounds: Sequence[Ground]


def rows_of(found: Agenda, zone: ZoneInfo, *, status: str = "") -> list[Row]:
    """Write appointments and sessions as rows, by start; of those of a session it makes one row."""
    alone = [_row(entry, zone) for entry in found.entries if not entry.group_session]
    seated: dict[UUID, list[Row]] = {}
    for entry in found.entries:
        if entry.group_session:
            seated.setdefault(entry.appointment_id, []).append(_row(entry, zone))
    together = [_session(one, seated.get(one.appointment_id, []), zone) for one in found.sessions]
    kept = [row for row in (*alone, *together) if _is_asked(row, status)]
    return sorted(kept, key=lambda row: (row.starts_at, row.title))


def _is_asked(row: Row, status: str) -> bool:
    return not status or row.status == status or any(one.status == status for one in row.seated)


def _row(entry: AgendaEntry, zone: ZoneInfo) -> Row:
    standing = agendas.standing(entry)
    movable = entry.state in OPEN and not entry.group_session
    return Row(
        id=entry.id,
        starts_at=entry.starts_at.astimezone(zone),
        ends_at=entry.ends_at.astimezone(zone),
        title=f"{entry.first_name} {entry.last_name}",
        motive=entry.motive_name,
        place=entry.place_name,
        who=", ".join(entry.resource_labels),
        colour=entry.colour,
        status=standing,
        href=f"{BOOKINGS}/{entry.id}",
        move_href=f"{BOOKINGS}/{entry.id}/deplacement" if movable else "",
        agent_ids=entry.resource_ids,
        confidential=entry.confidential,
    )


def _session(session: Session, seated: Sequence[Row], zone: ZoneInfo) -> Row:
    starts_at = session.starts_at.astimezone(zone)
    return Row(
        id=session.appointment_id,
        starts_at=starts_at,
        ends_at=session.ends_at.astimezone(zone),
        title=session.title or session.motive_name,
        motive=_seats(session),
        place=session.place_name,
        who=", ".join(session.resource_labels),
        colour=session.colour,
        status="",
        href="",
        move_href="",
        agent_ids=session.resource_ids,
        seated=seated,
    )


def _seats(session: Session) -> str:
    if session.capacity is None:
        return ngettext("%(num)s inscrit", "%(num)s inscrits", session.taken, num=session.taken)
    return _("%(taken)s inscrits sur %(seats)s", taken=session.taken, seats=session.capacity)


def grounds_of(
    found: Agenda, agent_ids: Sequence[UUID], bounds: tuple[datetime, datetime], own: UUID
) -> list[Ground]:
    """Write openings, absences and closures between two local moments, cut at midnight, by start.

    What an agent's other calendars are called is for that agent alone.
    """
    whole = [
        *(_open(one) for one in found.openings),
        *(_away(one, own) for one in found.absences),
        *(_closed(one, agent_ids) for one in found.closings),
    ]
    cut = [
        replace(one, starts_at=start, ends_at=end)
        for one in whole
        for start, end in _by_day(one.starts_at, one.ends_at, bounds)
    ]
    return sorted(cut, key=lambda one: (one.starts_at, one.kind))


def _open(one: Opening) -> Ground:
    return Ground(
        kind="open",
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        text=one.title or one.place_name,
        agent_ids=[one.resource_id],
    )


def _away(one: Away, own: UUID) -> Ground:
    hidden = one.elsewhere and one.resource_id != own
    return Ground(
        kind="away",
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        text=_("Occupation dans un autre agenda") if hidden else one.title or _("Absence"),
        agent_ids=[one.resource_id],
    )


def _closed(one: Closing, agent_ids: Sequence[UUID]) -> Ground:
    return Ground(
        kind="closed",
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        text=_("Fermé : %(label)s", label=one.label) if one.label else _("Fermé"),
        agent_ids=agent_ids,
    )


def _by_day(
    starts_at: datetime, ends_at: datetime, bounds: tuple[datetime, datetime]
) -> Iterable[tuple[datetime, datetime]]:
    first, end = bounds
    zone = first.tzinfo
    start, stop = max(starts_at.astimezone(zone), first), min(ends_at.astimezone(zone), end)
    while start < stop:
        night = datetime.combine(start.date() + timedelta(days=1), time(), zone)
        yield start, min(stop, night)
        start = night


def by_day(rows: Sequence[Row], grounds: Sequence[Ground], asked: Asked) -> list[Day]:
    """Lay rows and grounds under their days; a list leaves out days on which there is nothing."""
    on_day, under_day = _sorted(rows), _sorted(grounds)
    number = (asked.last - asked.first).days + 1
    days = (asked.first + timedelta(days=one) for one in range(number))
    found = [Day(day=day, rows=on_day.get(day, ()), grounds=under_day.get(day, ())) for day in days]
    if asked.view in {"jour", "semaine"}:
        return found
    return [one for one in found if one.rows]


def _sorted(pieces: Iterable[Shown]) -> Mapping[date, list[Shown]]:
    found: dict[date, list[Shown]] = {}
    for one in pieces:
        found.setdefault(one.starts_at.date(), []).append(one)
    return found

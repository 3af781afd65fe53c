"""Slots as an agent reads them: by place, day and time, with who is free then (C-63)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.schemas import AgendaEntry
from creneau.availability.schemas import Slot
from creneau.motives.schemas import Motive
from creneau.people.schemas import Person
from creneau.places.schemas import Place

from creneau_web.backoffice.setting.draft import href


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a time is for, for whom, and which appointment it is to be the new time of.

    `referents` are the agents who follow whom it is for.
    """

    motive: Motive
    person: Person | None = None
    moved: AgendaEntry | None = None
    referents: Collection[UUID] = ()


class Free(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is free at a time, and the way to take it; `own`: whoever follows the person."""

    name: str
    href: str
    own: bool = False


class Time(msgspec.Struct, frozen=True, kw_only=True):
    """A start, local to the place; `seats_left` is a group session's, None: no session, or no limit."""

    starts_at: datetime
    free: Sequence[Free]
    session: bool
    seats_left: int | None


class OnDay(msgspec.Struct, frozen=True, kw_only=True):
    """The times of one day."""

    day: date
    times: Sequence[Time]


class AtPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The times of a place, day by day."""

    place: Place
    days: Sequence[OnDay]


def by_place(
    slots: Sequence[Slot],
    places: Sequence[Place],
    days: Sequence[date],
    names: Mapping[UUID, str],
    wish: Wish,
) -> list[AtPlace]:
    """Lay slots under their places and days; a place without any is left out.

    `names` are the agents within reach, in the order in which they are to stand.
    """
    found: list[AtPlace] = []
    for place in places:
        here = [slot for slot in slots if slot.place_id == place.id]
        times = [_time(slot, place, names, wish) for slot in here]
        shown = [one for one in times if one.free]
        if shown:
            found.append(AtPlace(place=place, days=[_day(day, shown) for day in days]))
    return found


def _day(day: date, times: Sequence[Time]) -> OnDay:
    return OnDay(day=day, times=[one for one in times if one.starts_at.date() == day])


def _time(slot: Slot, place: Place, names: Mapping[UUID, str], wish: Wish) -> Time:
    starts_at = slot.starts_at.astimezone(ZoneInfo(place.time_zone))
    free = [
        Free(
            name=names[one],
            href=_way(slot, starts_at, place, one, wish),
            own=one in wish.referents,
        )
        for one in names
        if one in slot.resource_ids
    ]
    session = slot.appointment_id is not None
    return Time(
        starts_at=starts_at,
        free=free[:1] if session else free,
        session=session,
        seats_left=slot.seats_left if session else None,
    )


def _way(slot: Slot, starts_at: datetime, place: Place, agent: UUID, wish: Wish) -> str:
    if wish.moved is not None:
        return _move(wish.moved, starts_at, place, agent)
    return href(
        agent=agent,
        start=starts_at,
        motive=wish.motive.id,
        place=place.id,
        session=slot.appointment_id,
        offered=True,
        person=str(wish.person.id) if wish.person else "",
    )


def _move(moved: AgendaEntry, starts_at: datetime, place: Place, agent: UUID) -> str:
    """Write the address of the form that moves an appointment, with the new time filled in."""
    asked = {
        "debut": starts_at.replace(tzinfo=None).isoformat(timespec="minutes"),
        "lieu": str(place.id),
    }
    if agent not in moved.resource_ids and moved.resource_ids:
        asked |= {"de": str(moved.resource_ids[0]), "a": str(agent)}
    return f"/agents/rendez-vous/{moved.id}/deplacement?{urlencode(asked)}"

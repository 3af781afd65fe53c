"""Slots as an agent reads them: by place, day and time, with who is free then (C-63)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.availability.schemas import Slot
from creneau.motives.schemas import Motive
from creneau.places.schemas import Place

from creneau_web.backoffice.setting.draft import href


class Free(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is free at a time, and the way to take it."""

    name: str
    href: str


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
    motive: Motive,
    places: Sequence[Place],
    days: Sequence[date],
    names: Mapping[UUID, str],
) -> list[AtPlace]:
    """Lay slots under their places and days; a place without any is left out.

    `names` are the agents within reach, in the order in which they are to stand.
    """
    found: list[AtPlace] = []
    for place in places:
        own = [slot for slot in slots if slot.place_id == place.id]
        times = [_time(slot, motive, place, names) for slot in own]
        shown = [one for one in times if one.free]
        if shown:
            found.append(AtPlace(place=place, days=[_day(day, shown) for day in days]))
    return found


def _day(day: date, times: Sequence[Time]) -> OnDay:
    return OnDay(day=day, times=[one for one in times if one.starts_at.date() == day])


def _time(slot: Slot, motive: Motive, place: Place, names: Mapping[UUID, str]) -> Time:
    starts_at = slot.starts_at.astimezone(ZoneInfo(place.time_zone))
    free = [
        Free(
            name=names[one],
            href=href(
                agent=one,
                start=starts_at,
                motive=motive.id,
                place=place.id,
                session=slot.appointment_id,
                offered=True,
            ),
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

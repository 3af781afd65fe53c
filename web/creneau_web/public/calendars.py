"""A week of free times of a motive at a place, with the ways to the weeks beside it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from creneau.availability import service as availability
from creneau.availability.schemas import SOMEBODY, Asking, Slot, SlotQuery
from creneau.i18n import local, ngettext
from creneau.motives.schemas import Motive
from creneau.places.schemas import Place
from creneau.refusals import Refusal
from creneau_infra import clock

from creneau_web.public.offers import zone_of
from creneau_web.public.receivers import first_with
from creneau_web.public.slot_values import SlotChoice
from creneau_web.public.weeks import DayView, SlotView, Week, days_of


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of slots shows; times are in the place's time zone.

    `first` is the first free time of all; `later` the next one after an empty week.
    """

    week: Week
    days: Sequence[DayView]
    first: SlotView | None
    later: SlotView | None
    previous: Week | None
    next: Week | None
    seats: bool

    @property
    def free(self) -> bool:
        """Tell whether the week has a free time."""
        return any(day.slots for day in self.days)

    @property
    def later_week(self) -> Week | None:
        """The week of the next free time after an empty week."""
        if self.later is None or self.later.starts_at.tzinfo is None:
            return None
        return Week.of(self.later.starts_at, self.later.starts_at.tzinfo)


async def calendar_of(  # noqa: PLR0913 - a week, and what counts otherwise in it
    motive: Motive,
    place: Place,
    asked: str,
    *,
    ignoring: UUID | None = None,
    leaving: datetime | None = None,
    asking: Asking = SOMEBODY,
    agent_id: UUID | None = None,
) -> Calendar:
    """Read a week of slots (C-20): the one asked for, or that of the first free time.

    `ignoring` is the appointment whose own time counts as free: what is being moved or held.
    `leaving` is the start that a move leaves, which is not offered again; `asking` who looks,
    `agent_id` with whom.
    """
    zone = zone_of(place)
    first = await _next(motive, place, asking, agent_id)
    this_week = Week.of(clock.now(), zone)
    last_week = Week.of(_horizon(motive), zone)
    wished = Week.parse(asked) or _week_of(first, place, this_week)
    week = min(max(wished, this_week), last_week)
    starts_from, starts_before = week.bounds(zone)
    found = await availability.find_slots(
        SlotQuery(
            motive_id=motive.id,
            starts_from=starts_from,
            starts_before=starts_before,
            place_ids=(place.id,),
            resource_ids=(agent_id,) if agent_id else (),
            ignoring=ignoring,
            asking=asking,
        )
    )
    slots = [slot for slot in found if slot.starts_at != leaving]
    later = None
    if first is not None and not slots:
        later = await _next(motive, place, asking, agent_id, starts_before)
    return Calendar(
        week=week,
        days=days_of(week, views_of(slots, place), clock.now().astimezone(zone).date()),
        first=view_of(first, place) if first else None,
        later=view_of(later, place) if later else None,
        previous=week.shifted(-1) if week > _week_of(first, place, this_week) else None,
        next=week.shifted(1) if week < last_week else None,
        seats=any(slot.appointment_id for slot in slots),
    )


def views_of(slots: Sequence[Slot], place: Place) -> list[SlotView]:
    """Show slots of one place."""
    return [view_of(slot, place) for slot in slots]


def nearest_views(refusal: Refusal, place: Place, agent_id: UUID | None = None) -> list[SlotView]:
    """Show the slots that the refusal of a taken one names, those of the same place and agent."""
    named: Any = refusal.details.get("nearest", ())
    fitting = [
        slot
        for slot in named
        if slot.place_id == place.id and (agent_id is None or agent_id in slot.resource_ids)
    ]
    return views_of(fitting, place)


def view_of(slot: Slot, place: Place) -> SlotView:
    """Show a slot in its place's time zone; a group session says how many seats are left."""
    return SlotView(
        starts_at=local(slot.starts_at, zone_of(place)),
        value=SlotChoice.of(slot).value,
        place=_seats(slot),
    )


def _seats(slot: Slot) -> str | None:
    if slot.appointment_id is None or slot.seats_left is None:
        return None
    return ngettext("%(number)s place", "%(number)s places", slot.seats_left)


def _week_of(first: Slot | None, place: Place, otherwise: Week) -> Week:
    return Week.of(first.starts_at, zone_of(place)) if first else otherwise


async def _next(
    motive: Motive,
    place: Place,
    asking: Asking,
    agent_id: UUID | None,
    starts_from: datetime | None = None,
) -> Slot | None:
    if agent_id is not None:
        return await first_with(motive, place.id, agent_id, starts_from, asking)
    found = await availability.next_available(
        motive.id, [place.id], starts_from=starts_from, asking=asking
    )
    return found.get(place.id)


def _horizon(motive: Motive) -> datetime:
    return clock.now() + timedelta(minutes=motive.maximum_notice_minutes)

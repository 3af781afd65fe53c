"""A place in the line as its own pages show it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments import service as appointments
from creneau.context import VISITOR, Actor, current_tenant
from creneau.contributions import BookingFields
from creneau.i18n import gettext as _
from creneau.i18n import local, ngettext
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau.questions.answering import AskedFields
from creneau.waiting import service as waiting
from creneau.waiting.schemas import Standing
from creneau_infra import clock

from creneau_web.public.identities import groups_for
from creneau_web.public.offers import zone_of

MINE = "/mes-rendez-vous/attente"


class Waited(msgspec.Struct, frozen=True):
    """A place in the line that somebody may manage: by its link, or signed in.

    `base` is the address of its page, which those of answering and leaving begin with.
    """

    standing: Standing
    base: str
    actor: Actor
    signed_in: bool

    @classmethod
    def of_person(cls, standing: Standing, actor: Actor) -> Self:
        """Manage it signed in."""
        return cls(standing, f"{MINE}/{standing.entry.id}", actor, signed_in=True)

    @classmethod
    def by_link(cls, standing: Standing, token: str) -> Self:
        """Manage it by the link of a message."""
        return cls(standing, f"/attente/{token}", VISITOR, signed_in=False)

    @property
    def id(self) -> UUID:
        """The place in the line."""
        return self.standing.entry.id

    @property
    def offered(self) -> bool:
        """Tell whether a slot is held for them at this moment."""
        offer = self.standing.offer
        return offer is not None and offer.state == "open" and offer.held_until > clock.now()

    @property
    def state(self) -> str:
        """Say what the page shows: an offer whose time is over is one that they missed."""
        state = self.standing.entry.state
        if state != "offered":
            return state
        return "offered" if self.offered else "waiting"

    async def groups(self) -> Sequence[BookingFields]:
        """List the questions that an acceptance must answer; a move asks nothing anew."""
        if self.standing.booking_id:
            return ()
        return needed(await groups_for(await motives.motive(self.standing.entry.motive_id)))

    async def context(self) -> dict[str, Any]:
        """Read what every page about it shows; times are in the place's time zone (C-15)."""
        entry = self.standing.entry
        motive = await motives.motive(entry.motive_id)
        place = await places.place(entry.place_id) if entry.place_id else None
        zone = zone_of(place) if place else ZoneInfo(current_tenant.get().time_zone)
        return {
            "waited": self,
            "motive": motive,
            "place": place,
            "line_open": await waiting.open_for(motive.id),
            "organisation": await organisations.organisation(motive.organisation_id),
            "before": local(entry.wanted_before, zone) if entry.wanted_before else None,
            "base": self.base,
            "signed_in": self.signed_in,
        }

    async def offer_context(self) -> dict[str, Any]:
        """Read what the page of an open offer shows beside."""
        offer = self.standing.offer
        if offer is None:
            return {}
        place = await places.place(offer.place_id)
        zone = zone_of(place)
        left = offer.held_until - clock.now()
        return {
            "offer": offer,
            "offer_place": place,
            "held": await appointments.get(offer.booking_id),
            "starts_at": local(offer.starts_at, zone),
            "held_until": local(offer.held_until, zone),
            "time_left": time_left(left),
            "moves": await self._moves(),
            "groups": await self.groups(),
        }

    async def _moves(self) -> datetime | None:
        if self.standing.booking_id is None:
            return None
        booking = await appointments.get(self.standing.booking_id)
        return local(booking.starts_at, ZoneInfo(booking.time_zone))


def needed(groups: Sequence[BookingFields]) -> Sequence[BookingFields]:
    """Keep the motive's own questions, and the plugins' where one needs an answer."""
    return [
        group
        for group in groups
        if isinstance(group, AskedFields) or any(field.required for field in group.fields)
    ]


def time_left(left: timedelta) -> str:
    """Say how long there is to answer: hours, or minutes when it is less than one."""
    minutes = max(1, int(left.total_seconds() // 60))
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return ngettext("%(num)s minute", "%(num)s minutes", minutes, num=minutes)
    hours, rest = divmod(minutes, 60)
    if not rest:
        return ngettext("%(num)s heure", "%(num)s heures", hours, num=hours)
    return _("%(hours)s h %(minutes)s", hours=hours, minutes=f"{rest:02d}")


async def lines_of(person_id: UUID) -> list[dict[str, Any]]:
    """List what a person waits for, for the page of their appointments (C-44)."""
    return [
        await Waited.of_person(standing, Actor("person", person_id)).context()
        for standing in await waiting.of_person(person_id)
    ]

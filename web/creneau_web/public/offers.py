"""What is open online: motives, the places that take them, and whom to call where nothing is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import get_timezone_location
from creneau.availability import service as availability
from creneau.availability.limits import is_limited
from creneau.availability.schemas import SOMEBODY, Asking, Slot
from creneau.context import current_tenant
from creneau.i18n import current_locale, local, moment
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation, Service
from creneau.places import service as places
from creneau.places.schemas import Place
from creneau.refusals import NotFound


class ServiceOffer(msgspec.Struct, frozen=True):
    """A service with its motives that are open online."""

    service: Service
    motives: Sequence[Motive]


class OrganisationOffer(msgspec.Struct, frozen=True):
    """An organisation with what it opens online (C-40)."""

    organisation: Organisation
    services: Sequence[ServiceOffer]


class PlaceOffer(msgspec.Struct, frozen=True):
    """A place that takes a motive, with its next free time there, if any (C-21)."""

    place: Place
    next_slot: Slot | None
    soonest: bool = False

    @property
    def next_words(self) -> str:
        """Say when the next free time is, in the place's time zone."""
        if self.next_slot is None:
            return _("Aucun créneau en ligne en ce moment")
        return _("Prochain rendez-vous : %(moment)s", moment=moment(self.next_start))

    @property
    def next_start(self) -> datetime:
        """The next free time in the place's time zone; only where there is one."""
        if self.next_slot is None:
            raise LookupError("this place has no free time")
        return local(self.next_slot.starts_at, zone_of(self.place))


def zone_of(place: Place) -> ZoneInfo:
    """Give a place's time zone (C-15)."""
    return ZoneInfo(place.time_zone)


def zone_note(place: Place) -> str:
    """Say whose clock the times follow, where it is not the tenant's usual one."""
    if place.time_zone == current_tenant.get().time_zone:
        return ""
    language = "fr" if current_locale.get() == "fr" else "en_GB"
    city = get_timezone_location(zone_of(place), locale=language, return_city=True)
    return _("Les horaires sont ceux du lieu (fuseau : %(city)s).", city=city)


async def open_motive(motive_id: UUID) -> Motive:
    """Read a motive that everyone may book.

    Raises:
        NotFound: It does not exist, is archived, or is not open to everyone.
    """
    motive = await motives.motive(motive_id)
    if motive.audience != "everyone" or motive.archived_at is not None:
        raise NotFound
    return motive


async def place_of(motive: Motive, place_id: UUID) -> Place:
    """Read a place of the motive's organisation.

    Raises:
        NotFound: It does not exist, is archived, or belongs to another organisation.
    """
    place = await places.place(place_id)
    if place.archived_at is not None or place.organisation_id != motive.organisation_id:
        raise NotFound
    return place


async def place_offers(motive: Motive, asking: Asking = SOMEBODY) -> list[PlaceOffer]:
    """List the places of a motive by name, each with its next free time for who asks.

    Where not everybody's time is offered, a place without any is left out, if another has some.
    """
    found = await motives.places_of_motive(motive.id)
    slots = await availability.next_available(
        motive.id, [place.id for place in found], asking=asking
    )
    if slots and is_limited(motive):
        found = [place for place in found if place.id in slots]
    return offers_at(found, slots)


def offers_at(found: Sequence[Place], slots: Mapping[UUID, Slot]) -> list[PlaceOffer]:
    """Pair places with their next free times, where they have one."""
    soonest = min((slot.starts_at for slot in slots.values()), default=None)
    return [_place_offer(place, slots, soonest) for place in found]


def _place_offer(place: Place, slots: Mapping[UUID, Slot], soonest: datetime | None) -> PlaceOffer:
    slot = slots.get(place.id)
    return PlaceOffer(place, slot, slot is not None and slot.starts_at == soonest)


async def organisation_offers() -> list[OrganisationOffer]:
    """List every organisation with its services and motives open online, empty ones included."""
    offered = await motives.public_motives()
    services = await organisations.services()
    return [
        OrganisationOffer(organisation, _service_offers(organisation, services, offered))
        for organisation in await organisations.organisations()
        if organisation.archived_at is None
    ]


def _service_offers(
    organisation: Organisation, services: Sequence[Service], offered: Sequence[Motive]
) -> list[ServiceOffer]:
    own = [motive for motive in offered if motive.organisation_id == organisation.id]
    groups = (
        ServiceOffer(service, [motive for motive in own if motive.service_id == service.id])
        for service in services
    )
    return [group for group in groups if group.motives]


async def motives_at(place: Place) -> list[Motive]:
    """List the motives open online that a place takes."""
    offered = await motives.public_motives()
    return [
        motive
        for motive in offered
        if motive.organisation_id == place.organisation_id
        and place.id in {found.id for found in await motives.places_of_motive(motive.id)}
    ]

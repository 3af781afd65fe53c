"""An appointment that might be, to show how pages and messages read."""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.appointments.schemas import Booking
from creneau.availability.service import booking_bounds
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive
from creneau.organisations.schemas import Organisation
from creneau.places import service as places
from creneau.places.schemas import Place
from creneau_infra import clock

NOBODY: Final = UUID(int=0)
WEEKEND: Final = 5


async def place_of(organisation: Organisation) -> Place:
    """Give a place of an organisation, or one that there might be."""
    found = await places.places(organisation.id)
    if found:
        return found[0]
    return Place(
        id=NOBODY,
        organisation_id=organisation.id,
        name=_("Votre lieu"),
        address="",
        phone="",
        access_information="",
        time_zone=organisation.time_zone,
    )


def soon(motive: Motive, zone: ZoneInfo) -> datetime:
    """Choose half past nine of the first working day that the notice allows."""
    earliest, _latest = booking_bounds(motive, clock.now())
    day = earliest.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() >= WEEKEND:
        day += timedelta(days=1)
    return datetime.combine(day, time(9, 30), zone)


def booking_of(motive: Motive, place: Place, starts_at: datetime) -> Booking:
    """Make up a booking, which is nobody's."""
    return Booking(
        id=NOBODY,
        appointment_id=NOBODY,
        motive_id=motive.id,
        motive_name=motive.name,
        colour=motive.colour,
        place_id=place.id,
        place_name=place.name,
        person_id=None,
        state="planned",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=motive.duration_minutes),
        time_zone=place.time_zone,
        resource_ids=(),
        resource_labels=(),
        seat=1,
        group_session=motive.capacity != 1,
        title="",
        held_until=None,
        held_by=None,
        source="public",
        accepted_instructions=motive.instructions_before or None,
        sequence=0,
        created_at=clock.now(),
        confirmed_at=clock.now(),
        extra={},
        appointment_state="scheduled",
    )

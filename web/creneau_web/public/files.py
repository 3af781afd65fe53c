"""An appointment as a file for the person's own calendar (C-41, C-83)."""

from creneau.appointments.schemas import Booking
from creneau.context import current_tenant
from creneau.messages.calendar import event
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import Contact
from creneau.places import service as places
from litestar import Response

# Litestar adds the charset of every text.
MEDIA_TYPE = "text/calendar"


async def calendar_file(booking: Booking, *, discreet: bool = False) -> Response[bytes]:
    """Give the .ics file of a booking; `discreet`: without where the person is called or visited."""
    motive = await motives.motive(booking.motive_id)
    place = await places.place(booking.place_id)
    organisation = await organisations.organisation(place.organisation_id)
    content = event(
        booking,
        place,
        current_tenant.get(),
        "PUBLISH",
        location_type=motive.location_type,
        contact=Contact() if discreet else await people.contact_of(booking.person_id),
        organizer=organisation.email,
    )
    return Response(
        content,
        media_type=MEDIA_TYPE,
        headers={
            "content-disposition": 'attachment; filename="rendez-vous.ics"',
            "cache-control": "no-store",
        },
    )

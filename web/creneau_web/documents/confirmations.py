"""The confirmation that a person prints, or is given at the counter (C-41)."""

from creneau.appointments.schemas import Booking
from creneau.context import acting_for, current_tenant
from creneau.i18n import Locale, current_locale
from creneau.people import service as people
from litestar import Response

from creneau_web import qr_codes
from creneau_web.documents import printing
from creneau_web.public.beneficiaries import full_name
from creneau_web.public.invited import short_name
from creneau_web.public.visible import visible_booking


async def confirmation(
    booking: Booking, link: str, *, locale: Locale | None = None, discreet: bool = False
) -> Response[bytes]:
    """Give the confirmation of a booking, with a code that leads to `link`, if there is one.

    `locale` None: in the language of whoever asks. `discreet`: little is written of the person (S-11).

    Raises:
        Refusal: There is no document, with a sentence that says why.
    """
    person = await people.person(booking.person_id) if booking.person_id else None
    name = short_name if discreet else full_name
    with acting_for(current_tenant.get(), locale or current_locale.get()):
        return await printing.answer(
            "confirmation.html",
            "confirmation",
            **await visible_booking(booking, discreet=discreet),
            who=name(person) if person else "",
            code_picture=qr_codes.inside(link) if link else "",
        )

"""The confirmation as a document: from the end of the path, from a link, from one's own list (C-41)."""

from uuid import UUID

from creneau.context import current_tenant
from creneau.refusals import NotFound
from creneau_infra import clock
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from creneau_web.access import public
from creneau_web.documents.confirmations import confirmation
from creneau_web.documents.service import link_of, link_to
from creneau_web.public import account, confirming, invited_booking, links
from creneau_web.public.invited import HOME
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.managing import Managed
from creneau_web.public.visible import is_coming
from creneau_web.throttling import limit

NAME = "confirmation.pdf"
Answer = Response[bytes] | Redirect


@get(f"/reservation/{{booking_id:uuid}}/{NAME}", opt=public())
async def of_path(request: AnyRequest, booking_id: FromPath[UUID]) -> Answer:
    """Give the confirmation of what was just booked."""
    journey, booking = await confirming.confirmed(request, booking_id)
    if booking.confidential:
        raise NotFound
    page = f"/reservation/{booking_id}/termine"
    discreet = confirming.came_by_invitation(journey, booking_id)
    return await _paper(Managed(booking, page, journey.actor, signed_in=False, discreet=discreet))


@get(f"/lien/{{token:str}}/{NAME}", opt=public())
async def of_link(token: FromPath[str]) -> Answer:
    """Give the confirmation of the appointment of a link; its code holds the same link."""
    return await _paper(await links.managed(token), link_of(token))


@get(f"{invited_booking.BOOKED}/{NAME}", opt=public())
async def of_invitation(invited_token: FromPath[str]) -> Answer:
    """Give the confirmation of what was booked with an invitation; its code holds the same link."""
    managed = await invited_booking.managed(invited_token)
    return await _paper(managed, f"{current_tenant.get().public_url}{managed.again}")


@get(f"{account.ONE}/{NAME}", opt=public())
async def of_account(request: AnyRequest, booking_id: FromPath[UUID]) -> Answer:
    """Give the confirmation of one of one's own appointments."""
    return await _paper(await account.managed(request, booking_id))


async def _paper(managed: Managed, link: str = "") -> Answer:
    """Print it while the appointment still stands; afterwards its page says what became of it."""
    if not is_coming(managed.booking, clock.now()):
        return Redirect(managed.base)
    await limit("document", str(managed.booking.id))
    # A link of the appointment's own would show what an invitation does not.
    own = f"{current_tenant.get().public_url}{HOME}" if managed.discreet else ""
    way = link or own or await link_to(managed.booking.id)
    return await confirmation(managed.booking, way, discreet=managed.discreet)


ROUTES = (of_path, of_link, of_invitation, of_account)

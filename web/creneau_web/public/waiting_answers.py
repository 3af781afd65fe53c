"""Answering an offer and leaving the line, by a message's link or signed in (C-28, C-45)."""

from typing import Any
from uuid import UUID

from creneau.appointments import service as appointments
from creneau.i18n import gettext as _
from creneau.refusals import NotFound, Refusal
from creneau.validation import Checked
from creneau.waiting import service as waiting
from creneau.waiting.schemas import Acceptance
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import public
from creneau_web.forms import Form, form
from creneau_web.public.beneficiaries import sentences
from creneau_web.public.identities import check_groups, group_values
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.signing_in import signed_in_person
from creneau_web.public.visible import visible_booking
from creneau_web.public.waiting_views import MINE, Waited
from creneau_web.rendering import page
from creneau_web.throttling import limit

LINK = "/attente/{waiting_token:str}"
ONE = f"{MINE}/{{waiting_id:uuid}}"


async def _linked(token: str) -> Waited:
    """Read the place in the line that a link leads to.

    Raises:
        NotFound: Nobody was sent this link.
        LinkExpired: The wait was long ago.
        TooManyRequests: Somebody tries links.
    """
    await limit("link")
    return Waited.by_link(await waiting.by_link(token), token)


async def _own(request: AnyRequest, waiting_id: UUID) -> Waited:
    """Read a place in the line of the person signed in.

    Raises:
        Elsewhere: Nobody is signed in.
        NotFound: It is somebody else's.
    """
    journey, person = await signed_in_person(request)
    standing = await waiting.standing(waiting_id)
    if standing.entry.person_id != person.id:
        raise NotFound
    return Waited.of_person(standing, journey.actor)


async def overview(
    waited: Waited, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> Template:
    """Show where somebody stands; an open offer with its time left. Changes nothing (C-45)."""
    errors = sentences(refusal) if refusal else {}
    context: dict[str, Any] = {
        **await waited.context(),
        "refusal": str(refusal) if refusal and not errors else "",
    }
    status = refusal.status if refusal else 200
    if waited.state == "offered":
        shown = {**await waited.offer_context(), "typed": typed or {}, "errors": errors}
        return page("public/waiting_offer.html", status=status, **context, **shown)
    offer = waited.standing.offer
    if waited.state == "served" and offer is not None:
        booking = await visible_booking(await appointments.get(offer.booking_id))
        return page("public/waiting_served.html", status=status, **{**context, **booking})
    return page("public/waiting_place.html", status=status, **context)


async def _accept(request: AnyRequest, waited: Waited) -> Template | Redirect:
    typed = await form(request)
    try:
        await waiting.accept(waited.id, await _acceptance(waited, typed), waited.actor)
    except Refusal as refusal:
        # Its state may be what refused it: the page shows what stands now.
        now = Waited(await waiting.standing(waited.id), waited.base, waited.actor, waited.signed_in)
        return await overview(now, refusal, typed.values())
    flashes.add("success", _("C’est confirmé. Nous vous écrivons pour vous le rappeler."))
    return Redirect(waited.base, status_code=303)


async def _acceptance(waited: Waited, typed: Form) -> Acceptance:
    groups = await waited.groups()
    checked = Checked()
    check_groups(checked, typed, groups)
    checked.refuse_if_wrong()
    return Acceptance(
        instructions_accepted=bool(typed.text("accepted")), values=group_values(typed, groups)
    )


async def _decline(waited: Waited) -> Redirect:
    if waited.state == "offered":
        await waiting.decline(waited.id, waited.actor)
        flashes.add("success", _("C’est noté : ce créneau est proposé à la personne suivante."))
    return Redirect(waited.base, status_code=303)


async def _ask_to_leave(waited: Waited) -> Template | Redirect:
    if waited.standing.entry.state not in {"waiting", "offered"}:
        return Redirect(waited.base)
    return page("public/waiting_leave.html", **await waited.context())


async def _leave(waited: Waited) -> Redirect:
    await waiting.leave(waited.id, waited.actor)
    flashes.add("success", _("Vous n’êtes plus sur la liste d’attente."))
    return Redirect(waited.base, status_code=303)


@get(LINK, opt=public())
async def linked(waiting_token: FromPath[str]) -> Template:
    """Show where the link's person stands; opening it changes nothing (C-45)."""
    return await overview(await _linked(waiting_token))


@post(f"{LINK}/acceptation", opt=public())
async def accept_linked(request: AnyRequest, waiting_token: FromPath[str]) -> Template | Redirect:
    """Accept the offered slot."""
    return await _accept(request, await _linked(waiting_token))


@post(f"{LINK}/refus", opt=public())
async def decline_linked(waiting_token: FromPath[str]) -> Redirect:
    """Leave the offered slot to the next in line."""
    return await _decline(await _linked(waiting_token))


@get(f"{LINK}/sortie", opt=public())
async def ask_to_leave_linked(waiting_token: FromPath[str]) -> Template | Redirect:
    """Ask whether to leave the line."""
    return await _ask_to_leave(await _linked(waiting_token))


@post(f"{LINK}/sortie", opt=public())
async def leave_linked(waiting_token: FromPath[str]) -> Redirect:
    """Leave the line."""
    return await _leave(await _linked(waiting_token))


@get(ONE, opt=public())
async def one(request: AnyRequest, waiting_id: FromPath[UUID]) -> Template:
    """Show where one stands."""
    return await overview(await _own(request, waiting_id))


@post(f"{ONE}/acceptation", opt=public())
async def accept(request: AnyRequest, waiting_id: FromPath[UUID]) -> Template | Redirect:
    """Accept the offered slot."""
    return await _accept(request, await _own(request, waiting_id))


@post(f"{ONE}/refus", opt=public())
async def decline(request: AnyRequest, waiting_id: FromPath[UUID]) -> Redirect:
    """Leave the offered slot to the next in line."""
    return await _decline(await _own(request, waiting_id))


@get(f"{ONE}/sortie", opt=public())
async def ask_to_leave(request: AnyRequest, waiting_id: FromPath[UUID]) -> Template | Redirect:
    """Ask whether to leave the line."""
    return await _ask_to_leave(await _own(request, waiting_id))


@post(f"{ONE}/sortie", opt=public())
async def leave(request: AnyRequest, waiting_id: FromPath[UUID]) -> Redirect:
    """Leave the line."""
    return await _leave(await _own(request, waiting_id))

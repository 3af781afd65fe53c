"""Asking to be told of an earlier slot (C-28): who asks, proven by a code as for a booking."""

from typing import Any
from uuid import UUID

import msgspec
from creneau.context import VISITOR, Actor
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import Identity
from creneau.places.schemas import Place
from creneau.refusals import InvalidInput, NotFound, Refusal
from creneau.validation import Checked
from creneau.waiting import service as waiting
from creneau.waiting.errors import ListClosed
from creneau.waiting.schemas import WaitingRequest
from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.auth import codes, sessions
from creneau_web.forms import Form, form
from creneau_web.public import offers
from creneau_web.public.beneficiaries import keep_contact, sentences
from creneau_web.public.identification import digits
from creneau_web.public.identities import check_contact, is_reachable, read_identity
from creneau_web.public.journeys import AnyRequest, Journey, TypedIdentity
from creneau_web.public.refusals import Elsewhere
from creneau_web.public.signing_in import signed_in_person
from creneau_web.public.waiting_views import Waited
from creneau_web.rendering import page
from creneau_web.throttling import limit

KEY = "waiting"
ANYWHERE = "anywhere"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered between the form and the code; `place_id` None: whatever place."""

    motive_id: UUID
    place_id: UUID | None = None
    identity: TypedIdentity


async def waiting_motive(motive_id: UUID) -> Motive:
    """Read a motive that one may wait for.

    Raises:
        NotFound: It is not open to everyone.
        ListClosed: It has no waiting list.
    """
    motive = await offers.open_motive(motive_id)
    if not await waiting.open_for(motive_id):
        raise ListClosed
    return motive


def waiting_href(motive_id: UUID) -> str:
    """Give the address where one asks to be told of an earlier slot."""
    return f"/rdv/{motive_id}/attente"


@get("/rdv/{motive_id:uuid}/attente", opt=public())
async def ask(
    request: AnyRequest, motive_id: FromPath[UUID], lieu: FromQuery[str] = ""
) -> Template:
    """Ask who waits, and where; nothing is kept yet."""
    motive = await waiting_motive(motive_id)
    place = await _place(motive, lieu)
    journey = await Journey.current(request)
    return await _form_page(motive, journey, _known(journey, place))


async def _place(motive: Motive, typed: str) -> Place | None:
    """Read the place that was chosen; None for whatever place, as without one."""
    if typed in {"", ANYWHERE}:
        return None
    try:
        return await offers.place_of(motive, UUID(typed))
    except ValueError as error:
        raise NotFound from error


def _known(journey: Journey | None, place: Place | None) -> dict[str, str]:
    """Fill in what was typed before (C-41)."""
    chosen = {"place": str(place.id) if place else ANYWHERE}
    if journey is None or journey.memory.identity is None:
        return {**chosen, "email": (journey and journey.session.email) or ""}
    return {**chosen, **msgspec.structs.asdict(journey.memory.identity)}


@post("/rdv/{motive_id:uuid}/attente", opt=public())
async def asked(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Put who is known on the list; send a code to whoever is not."""
    motive = await waiting_motive(motive_id)
    typed = await form(request)
    place = await _place(motive, typed.text("place"))
    journey = await Journey.begin(request)
    try:
        await limit("hold", str(journey.session.id))
        return await _asked(journey, motive, place, typed)
    except Refusal as refusal:
        return await _form_page(motive, journey, typed.values(), refusal)


async def _asked(journey: Journey, motive: Motive, place: Place | None, typed: Form) -> Redirect:
    place_id = place.id if place else None
    if journey.session.person_id is not None:
        person_id = journey.session.person_id
        await _keep_missing_contact(motive, person_id, typed)
        wanted = WaitingRequest(motive_id=motive.id, place_id=place_id, person_id=person_id)
        await waiting.ask(wanted, Actor("person", person_id))
        return Redirect(f"{waiting_href(motive.id)}/termine", status_code=303)
    identity = _identity(typed, motive)
    asked = Asked(motive_id=motive.id, place_id=place_id, identity=identity)
    await journey.remember(identity=identity)
    await sessions.update_data(journey.request, {KEY: msgspec.to_builtins(asked)})
    if journey.session.email == identity.email:
        return await _join(journey, asked)
    await codes.send_code(journey.session, identity.email)
    return Redirect(f"{waiting_href(motive.id)}/code", status_code=303)


async def _keep_missing_contact(motive: Motive, person_id: UUID, typed: Form) -> None:
    """Keep where somebody known is called or visited, where nobody has said so yet (S-06)."""
    if is_reachable(motive, await people.contact_of(person_id)):
        return
    checked = Checked()
    check_contact(checked, typed, motive)
    checked.refuse_if_wrong()
    person = await people.person(person_id)
    await keep_contact(motive, person, typed, Actor("person", person_id))


def _identity(typed: Form, motive: Motive) -> TypedIdentity:
    identity = read_identity(typed, motive, ())
    if not identity.email:
        raise InvalidInput({"email": _("Indiquez votre adresse e-mail.")})
    return identity


async def _join(journey: Journey, asked: Asked) -> Redirect:
    """Put somebody with a proven address on the list, and know them from here on."""
    who = Identity(
        first_name=asked.identity.first_name,
        last_name=asked.identity.last_name,
        email=asked.identity.email,
        phone=asked.identity.phone,
        address=asked.identity.address,
        locale=current_locale.get(),
    )
    wanted = WaitingRequest(motive_id=asked.motive_id, place_id=asked.place_id, identity=who)
    entry = await waiting.ask(wanted, VISITOR)
    await sessions.update_data(journey.request, {KEY: None})
    await sessions.sign_in_person(journey.request, entry.person_id)
    return Redirect(f"{waiting_href(asked.motive_id)}/termine", status_code=303)


async def _form_page(
    motive: Motive, journey: Journey | None, typed: dict[str, str], refusal: Refusal | None = None
) -> Template:
    errors = sentences(refusal) if refusal else {}
    person_id = journey.session.person_id if journey else None
    return page(
        "public/waiting_request.html",
        status=refusal.status if refusal else 200,
        **await _context(motive),
        person=await people.person(person_id) if person_id else None,
        reachable=is_reachable(motive, await people.contact_of(person_id)),
        typed=typed,
        errors=errors,
        refusal=str(refusal) if refusal and not errors else "",
    )


async def _context(motive: Motive) -> dict[str, Any]:
    found = await offers.place_offers(motive)
    starts = [offer.next_start for offer in found if offer.next_slot is not None]
    places = [offer.place for offer in found]
    return {
        "motive": motive,
        "organisation": await organisations.organisation(motive.organisation_id),
        "place_choices": [(ANYWHERE, _("Tous les lieux possibles"))]
        + [(str(place.id), place.name) for place in places],
        "only_place": places[0] if len(places) == 1 else None,
        "first": min(starts, default=None),
        "here": waiting_href(motive.id),
    }


@get("/rdv/{motive_id:uuid}/attente/code", opt=public())
async def ask_code(request: AnyRequest, motive_id: FromPath[UUID]) -> Template:
    """Ask for the code that was sent."""
    return await _code_page(*await _remembered(request, motive_id))


@post("/rdv/{motive_id:uuid}/attente/code", opt=public())
async def code_given(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Check the code; with a proven address one is on the list."""
    journey, asked = await _remembered(request, motive_id)
    typed = (await form(request)).text("code")
    try:
        journey.session = await codes.check_code(
            journey.session, asked.identity.email, digits(typed)
        )
        return await _join(journey, asked)
    except Refusal as refusal:
        return await _code_page(journey, asked, refusal)


@post("/rdv/{motive_id:uuid}/attente/code/envoi", opt=public())
async def send_again(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Send another code; the earlier one ends."""
    journey, asked = await _remembered(request, motive_id)
    try:
        await codes.send_code(journey.session, asked.identity.email)
    except Refusal as refusal:
        return await _code_page(journey, asked, refusal)
    return Redirect(f"{waiting_href(motive_id)}/code?renvoi=1", status_code=303)


async def _remembered(request: AnyRequest, motive_id: UUID) -> tuple[Journey, Asked]:
    """Read what this visitor asked for before the code.

    Raises:
        Elsewhere: Nothing; the form comes first.
    """
    await waiting_motive(motive_id)
    journey = await Journey.current(request)
    kept = journey.session.data.get(KEY) if journey else None
    asked = msgspec.convert(kept, Asked) if kept else None
    if journey is None or asked is None or asked.motive_id != motive_id:
        raise Elsewhere(waiting_href(motive_id))
    return journey, asked


async def _code_page(journey: Journey, asked: Asked, refusal: Refusal | None = None) -> Template:
    motive = await motives.motive(asked.motive_id)
    here = waiting_href(asked.motive_id)
    return page(
        "public/waiting_code.html",
        status=refusal.status if refusal else 200,
        motive=motive,
        organisation=await organisations.organisation(motive.organisation_id),
        email=asked.identity.email,
        action=f"{here}/code",
        again=f"{here}/code/envoi",
        other=here,
        sent_again="renvoi" in journey.request.query_params,
        error=str(refusal) if refusal else "",
    )


@get("/rdv/{motive_id:uuid}/attente/termine", opt=public())
async def done(request: AnyRequest, motive_id: FromPath[UUID]) -> Template:
    """Say that one is on the list, what happens next, and how to leave it."""
    await waiting_motive(motive_id)
    journey, person = await signed_in_person(request)
    for standing in await waiting.of_person(person.id):
        if standing.entry.motive_id == motive_id:
            waited = Waited.of_person(standing, journey.actor)
            return page("public/waiting_done.html", **await waited.context(), email=person.email)
    raise Elsewhere(waiting_href(motive_id))

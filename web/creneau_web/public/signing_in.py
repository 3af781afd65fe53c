"""Signing in to one's own appointments by a code sent by e-mail (C-42, C-44)."""

import re
from typing import Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.refusals import Refusal
from creneau.validation import Checked
from creneau_tenants.sign_on import service as sign_on
from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import public
from creneau_web.auth import codes, sessions
from creneau_web.auth.sso.leaving import sign_out_page
from creneau_web.forms import form
from creneau_web.public.beneficiaries import sentences
from creneau_web.public.identification import digits
from creneau_web.public.journeys import AnyRequest, Journey
from creneau_web.public.refusals import Elsewhere
from creneau_web.rendering import page

MINE = "/mes-rendez-vous"
CODE = f"{MINE}/code"
WHO = f"{MINE}/personne"
SLOTS: Final = re.compile(r"/rdv/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def signed_in_person(request: AnyRequest) -> tuple[Journey, Person]:
    """Read who is signed in.

    Raises:
        Elsewhere: Nobody is; the way is to sign in.
    """
    journey = await Journey.current(request)
    if journey is None or journey.session.person_id is None:
        raise Elsewhere(f"{MINE}/connexion")
    return journey, await people.person(journey.session.person_id)


def way_on(asked: str) -> str:
    """Give where signing in leads: to the slots that asked for it, or to one's appointments."""
    return asked if SLOTS.fullmatch(asked) else MINE


@get(f"{MINE}/connexion", opt=public())
async def ask_email(request: AnyRequest, suite: FromQuery[str] = "") -> Template | Redirect:
    """Ask for the address that the appointments were made with."""
    journey = await Journey.current(request)
    if journey is not None and journey.session.person_id is not None:
        return Redirect(way_on(suite))
    known = journey.memory.identity if journey else None
    typed = {"email": known.email} if known else {}
    return page(
        "public/sign_in.html",
        typed=typed,
        errors={},
        refusal="",
        way=way_on(suite),
        offers=await sign_on.offered("person"),
    )


@post(f"{MINE}/connexion", opt=public())
async def email_given(request: AnyRequest) -> Template | Redirect:
    """Send a code; the answer is the same whether the address is known or not."""
    typed = await form(request)
    try:
        email = _checked_email(typed.text("email"))
        journey = await Journey.begin(request)
        await codes.send_code(journey.session, email)
    except Refusal as refusal:
        errors = sentences(refusal)
        return page(
            "public/sign_in.html",
            status=refusal.status,
            typed=typed.values(),
            errors=errors,
            refusal="" if errors else str(refusal),
            way=way_on(typed.text("suite")),
            offers=await sign_on.offered("person"),
        )
    await journey.remember(sign_in_email=email, after_sign_in=way_on(typed.text("suite")))
    return Redirect(CODE, status_code=303)


def _checked_email(typed: str) -> str:
    checked = Checked()
    email = checked.email("email", typed, needed=_("Indiquez votre adresse e-mail."))
    checked.refuse_if_wrong()
    return email


@get(CODE, opt=public())
async def ask_code(request: AnyRequest) -> Template:
    """Ask for the code that was sent."""
    return _code_page(request, await _signing_in(request))


@post(CODE, opt=public())
async def code_given(request: AnyRequest) -> Template | Redirect:
    """Check the code and find whose appointments the address leads to."""
    journey = await _signing_in(request)
    typed = (await form(request)).text("code")
    email = journey.memory.sign_in_email
    try:
        journey.session = await codes.check_code(journey.session, email, digits(typed))
    except Refusal as refusal:
        return _code_page(request, journey, refusal)
    found = await people.proven_persons(email)
    if len(found) == 1:
        await sessions.sign_in_person(request, found[0].id)
        return Redirect(way_on(journey.memory.after_sign_in), status_code=303)
    return Redirect(WHO, status_code=303)


@post(f"{CODE}/envoi", opt=public())
async def send_again(request: AnyRequest) -> Template | Redirect:
    """Send another code; the earlier one ends."""
    journey = await _signing_in(request)
    try:
        await codes.send_code(journey.session, journey.memory.sign_in_email)
    except Refusal as refusal:
        return _code_page(request, journey, refusal)
    return Redirect(f"{CODE}?renvoi=1", status_code=303)


async def _signing_in(request: AnyRequest) -> Journey:
    journey = await Journey.current(request)
    if journey is None or not journey.memory.sign_in_email:
        raise Elsewhere(f"{MINE}/connexion")
    return journey


def _code_page(request: AnyRequest, journey: Journey, refusal: Refusal | None = None) -> Template:
    return page(
        "public/sign_in_code.html",
        status=refusal.status if refusal else 200,
        email=journey.memory.sign_in_email,
        action=CODE,
        again=f"{CODE}/envoi",
        other=f"{MINE}/connexion",
        sent_again="renvoi" in request.query_params,
        error=str(refusal) if refusal else "",
    )


@get(WHO, opt=public())
async def choose_person(request: AnyRequest, suite: FromQuery[str] = "") -> Template | Redirect:
    """Ask who it is, where several persons share the proven address."""
    found, journey = await _proven(request), await Journey.current(request)
    if journey is not None and suite:
        await journey.remember(after_sign_in=way_on(suite))
    way = way_on(journey.memory.after_sign_in) if journey else MINE
    if not found and way != MINE:
        return Redirect(way)  # its page says what can be done
    return page("public/which_person.html", found=found)


@post(f"{WHO}/{{person_id:uuid}}", opt=public())
async def person_chosen(request: AnyRequest, person_id: FromPath[UUID]) -> Redirect:
    """Sign in as one of those whose proven address it is."""
    for person in await _proven(request):
        if person.id == person_id:
            journey = await Journey.current(request)
            await sessions.sign_in_person(request, person.id)
            way = journey.memory.after_sign_in if journey else ""
            return Redirect(way_on(way), status_code=303)
    raise Elsewhere(WHO)


async def _proven(request: AnyRequest) -> list[Person]:
    journey = await Journey.current(request)
    if journey is None or not journey.session.email:
        raise Elsewhere(f"{MINE}/connexion")
    return await people.proven_persons(journey.session.email)


@post(f"{MINE}/deconnexion", opt=public())
async def sign_out(request: AnyRequest) -> Redirect | Template:
    """Forget the visitor on this device, and at the provider they came from (T-06)."""
    on_to_provider = await sign_out_page(request, "/")
    await sessions.sign_out(request)
    flashes.add("success", _("C’est fait : vos informations ont quitté cet appareil."))
    return on_to_provider or Redirect("/", status_code=303)

"""One's own details, relatives, copy of the data, and erasure (C-44)."""

from datetime import date

import msgspec
from creneau.appointments import service as appointments
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.errors import HasUpcomingBookings, NotErasedOnline
from creneau.people.schemas import Person, PersonDetails, RelativeDraft
from creneau.phones import readable_phone
from creneau.refusals import InvalidInput, Refusal
from creneau_infra import clock
from litestar import Response, get, post
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import public
from creneau_web.auth import sessions
from creneau_web.forms import Form, form
from creneau_web.persons import facts
from creneau_web.public.beneficiaries import sentences
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.signing_in import MINE, signed_in_person
from creneau_web.public.visible import is_coming
from creneau_web.rendering import page

DETAILS = f"{MINE}/mes-informations"
RELATIVES = f"{MINE}/proches"
ERASURE = f"{MINE}/effacement"


@get(DETAILS, opt=public())
async def details(request: AnyRequest) -> Template:
    """Show what is known of the person, to be changed."""
    _journey, person = await signed_in_person(request)
    typed = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone": readable_phone(person.phone) if person.phone else "",
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "address": person.address,
    }
    return await _details_page(person, typed)


@post(DETAILS, opt=public())
async def details_given(request: AnyRequest) -> Template | Redirect:
    """Keep the changed details."""
    journey, person = await signed_in_person(request)
    typed = await form(request)
    try:
        details = _keeping(person, _details(typed), await facts.unused())
        await people.update_details(person.id, details, journey.actor)
    except Refusal as refusal:
        return await _details_page(person, typed.values(), refusal)
    flashes.add("success", _("Vos informations sont enregistrées."))
    return Redirect(MINE, status_code=303)


def _details(typed: Form) -> PersonDetails:
    return PersonDetails(
        first_name=typed.text("first_name"),
        last_name=typed.text("last_name"),
        phone=typed.text("phone"),
        birth_date=_birth_date(typed),
        address=typed.text("address"),
        locale=current_locale.get(),
    )


def _keeping(person: Person, details: PersonDetails, unused: facts.Hidden) -> PersonDetails:
    """Leave what nobody is asked for as it is."""
    kept = set(unused) & set(PersonDetails.__struct_fields__)
    return msgspec.structs.replace(details, **{name: getattr(person, name) for name in kept})


def _birth_date(typed: Form) -> date | None:
    text = typed.text("birth_date")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        sentence = _("Écrivez une date de naissance passée, comme 24/11/1984.")
        raise InvalidInput({"birth_date": sentence}) from error


async def _details_page(
    person: Person, typed: dict[str, str], refusal: Refusal | None = None
) -> Template:
    return page(
        "public/details.html",
        status=refusal.status if refusal else 200,
        person=person,
        typed=typed,
        unused=await facts.unused(),
        errors=sentences(refusal) if refusal else {},
    )


@get(RELATIVES, opt=public())
async def relatives(request: AnyRequest) -> Template:
    """List the relatives, with the form to add one."""
    _journey, person = await signed_in_person(request)
    return await _relatives_page(person, {})


@post(RELATIVES, opt=public())
async def relative_given(request: AnyRequest) -> Template | Redirect:
    """Add a relative."""
    journey, person = await signed_in_person(request)
    typed = await form(request)
    try:
        draft = RelativeDraft(
            first_name=typed.text("first_name"),
            last_name=typed.text("last_name"),
            birth_date=_birth_date(typed),
        )
        await people.add_relative(person.id, draft, journey.actor)
    except Refusal as refusal:
        return await _relatives_page(person, typed.values(), refusal)
    flashes.add(
        "success",
        _("%(name)s est dans vos proches.", name=f"{draft.first_name} {draft.last_name}"),
    )
    return Redirect(RELATIVES, status_code=303)


async def _relatives_page(
    person: Person, typed: dict[str, str], refusal: Refusal | None = None
) -> Template:
    unused = await facts.unused()
    return page(
        "public/relatives.html",
        status=refusal.status if refusal else 200,
        person=person,
        relatives=[facts.without(one, unused) for one in await people.relatives(person.id)],
        typed=typed,
        unused=unused,
        errors=sentences(refusal) if refusal else {},
    )


@get(f"{MINE}/mes-donnees.json", opt=public())
async def own_data(request: AnyRequest) -> Response[bytes]:
    """Give what is kept about the person and their relatives, but for what is confidential (S-08)."""
    _journey, person = await signed_in_person(request)
    kept = await people.export(person.id, discreet=True)
    content = msgspec.json.format(msgspec.json.encode(kept), indent=2)
    return Response(
        content,
        media_type="application/json",
        headers={
            "content-disposition": 'attachment; filename="mes-donnees.json"',
            "cache-control": "no-store",
        },
    )


@get(ERASURE, opt=public())
async def ask_to_erase(request: AnyRequest) -> Template:
    """Say what disappears, and ask."""
    _journey, person = await signed_in_person(request)
    return await _erasure_page(person)


@post(ERASURE, opt=public())
async def erase(request: AnyRequest) -> Template | Redirect:
    """Erase the person and their relatives, and forget the session."""
    journey, person = await signed_in_person(request)
    try:
        await people.erase(person.id, journey.actor)
    except Refusal as refusal:
        return await _erasure_page(person, await _without_telling(person, refusal))
    await sessions.sign_out(request)
    flashes.add("success", _("Vos données sont effacées."))
    return Redirect("/", status_code=303)


async def _without_telling(person: Person, refusal: Refusal) -> Refusal:
    """Keep from the page that something confidential is to come, where nothing else is (S-08)."""
    now = clock.now()
    seen = any(is_coming(one, now) for one in await appointments.of_person(person.id))
    if isinstance(refusal, HasUpcomingBookings) and not seen:
        return NotErasedOnline()
    return refusal


async def _erasure_page(person: Person, refusal: Refusal | None = None) -> Template:
    return page(
        "public/erasure.html",
        status=refusal.status if refusal else 200,
        person=person,
        relatives=await people.relatives(person.id),
        refusal=str(refusal) if refusal else "",
    )

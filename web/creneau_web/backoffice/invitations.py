"""A letter that invites a person to book: for who reads no e-mail, or is to hold it in their hand."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.appointments.schemas import Booking
from creneau.confidentiality import service as confidentiality
from creneau.context import acting_for, current_tenant
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.refusals import InvalidInput, NotFound
from creneau.sharing.schemas import Shared
from creneau.validation import Checked
from creneau_infra.clock import now
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from creneau_web import qr_codes
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.documents import printing
from creneau_web.forms import Form, form
from creneau_web.persons import facts
from creneau_web.public.addresses import short_address, typed_address
from creneau_web.rendering import page

ONE: Final = "/agents/rendez-vous/{booking_id:uuid}/invitation"
LONGEST_TEXT: Final = 2000
# What the window of an envelope shows: the post reads six lines.
MOST_LINES: Final = 6
LONGEST_LINE: Final = 60


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter says, as it was typed and found fit."""

    motive: Motive
    addressee: Sequence[str]
    text: str


@get(ONE, opt=permission(reach.READ))
async def letter_page(booking_id: FromPath[UUID]) -> Template:
    """Ask for the motive, and show the address and the words to correct."""
    booking = await reach.booking_within(booking_id)
    person = await _person(booking)
    (seen,), _hidden = await facts.read([person])
    return await _page(booking, person, await _start(booking, seen))


@post(ONE, opt=permission(reach.READ), status_code=200)
async def letter(
    request: Request[Any, Any, Any], booking_id: FromPath[UUID]
) -> Template | Response[bytes]:
    """Print the letter, in the person's language; nothing of it is kept."""
    booking = await reach.booking_within(booking_id)
    person = await _person(booking)
    typed = await form(request)
    try:
        invitation = await _read(typed)
        await _refuse_confidential(booking, invitation.motive)
    except InvalidInput as wrong:
        values = {name: typed.text(name) for name in ("motive", "addressee", "text")}
        return await _page(booking, person, values, errors=wrong.fields)
    return await _printed(invitation, person)


async def _refuse_confidential(booking: Booking, motive: Motive) -> None:
    if await confidentiality.is_confidential(booking.person_id, motive.id):
        sentence = _(
            "Ce motif est confidentiel pour cette personne : aucune lettre ne part chez elle."
        )
        raise InvalidInput({"motive": sentence})


async def _person(booking: Booking) -> Person:
    """Give whom a letter about a booking goes to: the responsible person of a relative."""
    if booking.person_id is None:
        raise NotFound
    person = await people.person(booking.person_id)
    return await people.person(person.responsible_id) if person.responsible_id else person


async def _start(booking: Booking, person: Person) -> dict[str, str]:
    with acting_for(current_tenant.get(), person.locale):
        text = _(
            "Nous vous proposons de prendre rendez-vous. Vous choisissez vous-même le jour et "
            "l’heure qui vous conviennent."
        )
    lines = (f"{person.first_name} {person.last_name}", *person.address.splitlines())
    return {"motive": str(booking.motive_id), "addressee": "\n".join(lines), "text": text}


async def _page(
    booking: Booking,
    person: Person,
    values: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
) -> Template:
    offered = await motives.public_motives()
    return page(
        "backoffice/invitation.html",
        status=422 if errors else 200,
        booking=booking,
        person=person,
        motives=[(str(one.id), one.name) for one in offered],
        values=values,
        errors=errors or {},
        most_lines=MOST_LINES,
        longest_text=LONGEST_TEXT,
    )


async def _read(typed: Form) -> Invitation:
    check = Checked()
    offered = {str(one.id): one for one in await motives.public_motives()}
    motive = offered.get(typed.text("motive"))
    if motive is None:
        check.refuse("motive", _("Choisissez un motif de la liste."))
    text = check.paragraphs("text", typed.text("text"), longest=LONGEST_TEXT)
    addressee = check.paragraphs("addressee", typed.text("addressee")).splitlines()
    lines = [line for line in addressee if line]
    check_address(check, lines)
    check.refuse_if_wrong()
    if motive is None:
        raise NotFound
    return Invitation(motive=motive, addressee=lines, text=text)


def check_address(check: Checked, lines: Sequence[str]) -> None:
    """Refuse what the window of an envelope does not show."""
    if not lines:
        check.refuse("addressee", _("Écrivez le nom et l’adresse, une ligne pour chaque partie."))
    elif len(lines) > MOST_LINES:
        check.refuse(
            "addressee",
            _("La fenêtre de l’enveloppe montre %(number)s lignes au plus.", number=MOST_LINES),
        )
    elif any(len(line) > 2 * LONGEST_LINE for line in lines):
        check.refuse("addressee", _("Une ligne est trop longue : coupez-la en deux."))


async def _printed(invitation: Invitation, person: Person) -> Response[bytes]:
    motive = invitation.motive
    shared = Shared(kind="motive", id=motive.id)
    return await printing.answer(
        "invitation.html",
        "invitation",
        locale=person.locale,
        motive=motive,
        what=motive.name,
        organisation=await organisations.organisation(motive.organisation_id),
        addressee=invitation.addressee,
        long=is_long(invitation.addressee),
        text=invitation.text,
        day=now().astimezone(agendas.zone()).date(),
        signed_by=reach.signed_in_agent().display_name,
        address=typed_address(shared),
        code_picture=qr_codes.inside(short_address(shared)),
    )


def is_long(lines: Sequence[str]) -> bool:
    """Tell whether an address needs smaller letters in the window."""
    return len(lines) > MOST_LINES - 1 or any(len(line) > LONGEST_LINE // 2 for line in lines)


ROUTES = (letter_page, letter)

"""The letter of an invitation: a code to scan or to type, which opens it for whoever holds it (S-11)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from creneau.context import current_tenant
from creneau.invitations import service as invitations
from creneau.invitations.errors import InvitationSettled
from creneau.invitations.rules import is_open
from creneau.invitations.schemas import Invitation
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.refusals import InvalidInput, NotFound
from creneau.validation import Checked
from creneau_infra import clock
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from creneau_web import qr_codes
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.invitations import MOST_LINES, check_address, is_long
from creneau_web.documents import printing
from creneau_web.forms import form
from creneau_web.invitations.showing import what_of
from creneau_web.invitations.within import ONE, invited_within
from creneau_web.public.invited import HOME
from creneau_web.rendering import page

LETTER: Final = f"{ONE}/lettre"


@get(LETTER, opt=permission(reach.UPDATE))
async def letter_page(person_id: FromPath[UUID], invitation_id: FromPath[UUID]) -> Template:
    """Show the address as the envelope's window will, to correct."""
    person, found = await _letter(person_id, invitation_id)
    reader = await _reader(person)
    lines = (f"{reader.first_name} {reader.last_name}", *reader.address.splitlines())
    return await _page(person, found, "\n".join(lines))


@post(LETTER, opt=permission(reach.UPDATE), status_code=200)
async def letter(
    request: Request[Any, Any, Any], person_id: FromPath[UUID], invitation_id: FromPath[UUID]
) -> Template | Response[bytes]:
    """Print the letter with a code of its own; only the code's digest is kept."""
    person, found = await _letter(person_id, invitation_id)
    typed, check = (await form(request)).text("addressee"), Checked()
    lines = [line for line in check.paragraphs("addressee", typed).splitlines() if line]
    check_address(check, lines)
    try:
        check.refuse_if_wrong()
    except InvalidInput as wrong:
        return await _page(person, found, typed, errors=wrong.fields)
    return await _printed(person, found, lines)


async def _letter(person_id: UUID, invitation_id: UUID) -> tuple[Person, Invitation]:
    person, found = await invited_within(person_id, invitation_id)
    if not found.on_paper:
        raise NotFound
    if not is_open(found, clock.now()):
        raise InvitationSettled
    return person, found


async def _reader(person: Person) -> Person:
    return await people.person(person.responsible_id) if person.responsible_id else person


async def _page(
    person: Person,
    found: Invitation,
    addressee: str,
    *,
    errors: Mapping[str, str] | None = None,
) -> Template:
    return page(
        "invitations/letter.html",
        status=422 if errors else 200,
        person=person,
        what=await what_of(found),
        addressee=addressee,
        most_lines=MOST_LINES,
        errors=errors or {},
    )


async def _printed(person: Person, found: Invitation, lines: list[str]) -> Response[bytes]:
    reader = await _reader(person)
    code = await invitations.letter_code(found.id, reach.actor())
    home = f"{current_tenant.get().public_url}{HOME}"
    return await printing.answer(
        "personal_invitation.html",
        "invitation",
        locale=reader.locale,
        what=await what_of(found),
        organisation=await organisations.organisation(found.organisation_id),
        addressee=lines,
        long=is_long(lines),
        someone_else=f"{person.first_name} {person.last_name}" if reader.id != person.id else "",
        text=found.message,
        last_day=found.last_day,
        day=clock.now().astimezone(agendas.zone()).date(),
        signed_by=reach.signed_in_agent().display_name,
        address=home.partition("://")[2],
        code_words=code,
        code_picture=qr_codes.inside(f"{home}/{code}"),
    )


ROUTES = (letter_page, letter)

"""A person's own appointments in the calendar of their telephone (C-83)."""

from typing import Final
from uuid import UUID

from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, Owner
from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.refusals import InvalidInput, Refusal
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import public
from creneau_web.calendars.showing import made_page, shown
from creneau_web.forms import form
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.signing_in import MINE, signed_in_person
from creneau_web.rendering import page
from creneau_web.throttling import limit

HOME: Final = f"{MINE}/agenda"
ONE: Final = HOME + "/{access_id:uuid}"
MADE: Final = "calendars/person_made.html"


@get(HOME, opt=public())
async def agenda_page(request: AnyRequest) -> Template:
    """Show where the appointments are read, and how to read them in one more place."""
    _journey, person = await signed_in_person(request)
    return await _page(person)


@post(HOME, opt=public(), status_code=200)
async def make_access(request: AnyRequest) -> Template:
    """Make an address, and show it this once."""
    journey, person = await signed_in_person(request)
    typed = await form(request)
    await limit("calendar_access", str(person.id))
    detail = "name" if typed.text("relatives") else "motive"
    draft = AccessDraft(name=typed.text("name"), detail=detail)
    try:
        secret = await calendars.make(Owner("person", person.id), draft, journey.actor)
    except InvalidInput as refused:
        return await _page(person, typed.values(), dict(refused.fields), refused.status)
    except Refusal as refused:
        return await _page(person, typed.values(), {"name": str(refused)}, refused.status)
    return made_page(MADE, None, draft.name, secret)


@post(f"{ONE}/renouvellement", opt=public(), status_code=200)
async def renew_access(request: AnyRequest, access_id: FromPath[UUID]) -> Template:
    """Give an address another secret, shown this once; the old one ends."""
    journey, person = await signed_in_person(request)
    await limit("calendar_access", str(person.id))
    access, secret = await calendars.renew(Owner("person", person.id), access_id, journey.actor)
    return made_page(MADE, access, access.name, secret)


@post(f"{ONE}/arret", opt=public(), status_code=303)
async def end_access(request: AnyRequest, access_id: FromPath[UUID]) -> Redirect:
    """End an address at once."""
    journey, person = await signed_in_person(request)
    access = await calendars.end(Owner("person", person.id), access_id, journey.actor)
    flashes.add("success", _("L’adresse « %(name)s » est arrêtée.", name=access.name))
    return Redirect(HOME, status_code=303)


async def _page(
    person: Person,
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    return page(
        "calendars/person.html",
        status=status,
        accesses=shown(await calendars.accesses_of(Owner("person", person.id))),
        relatives=bool(await people.relatives(person.id)),
        typed=typed or {},
        wrong=wrong or {},
    )


ROUTES: Final = (agenda_page, make_access, renew_access, end_access)

"""Erasing a person's file for good (C-44, C-67)."""

from typing import Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.errors import HasUpcomingBookings
from creneau.people.merging import service as merging
from creneau.people.schemas import Person
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.backoffice.reach import actor
from creneau_web.persons.within import ERASE, LIST, person_or_way, person_within
from creneau_web.rendering import page

ERASURE: Final = LIST + "/{person_id:uuid}/effacement"


@get(ERASURE, opt=permission(ERASE))
async def erasure_page(person_id: FromPath[UUID]) -> Template | Redirect:
    """Say what disappears, before anything does."""
    found = await person_or_way(person_id, ERASE)
    return found if isinstance(found, Redirect) else await _page(found)


@post(ERASURE, opt=permission(ERASE))
async def erase(person_id: FromPath[UUID]) -> Template | Redirect:
    """Erase a person and their relatives; what remains names nobody."""
    found = await person_within(person_id, ERASE)
    try:
        await people.erase(person_id, actor())
    except HasUpcomingBookings as refused:
        return await _page(found, refused=str(refused), status=409)
    flashes.add("success", _("La fiche est effacée : plus rien ne nomme cette personne."))
    return Redirect(LIST, status_code=303)


async def _page(found: Person, *, refused: str = "", status: int = 200) -> Template:
    return page(
        "persons/erasure.html",
        status=status,
        person=found,
        carried=await merging.carried_by(found.id),
        relatives=await people.relatives(found.id),
        refused=refused,
    )


ROUTES = (erasure_page, erase)

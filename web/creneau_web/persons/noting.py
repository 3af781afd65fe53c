"""Notes on a person's file (C-67)."""

from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.people.notes import service as notes
from creneau.people.notes.errors import NoteChanged
from creneau.people.notes.schemas import Note
from creneau.people.schemas import Person
from creneau.refusals import InvalidInput, NotFound
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.backoffice.reach import actor
from creneau_web.forms import form
from creneau_web.persons.within import ERASE, LIST, UPDATE, href_of, may, person_within
from creneau_web.rendering import page

NOTES: Final = LIST + "/{person_id:uuid}/notes"
NOTE: Final = NOTES + "/{note_id:uuid}"
AnyRequest = Request[Any, Any, Any]


@post(NOTES, opt=permission(UPDATE))
async def add(request: AnyRequest, person_id: FromPath[UUID]) -> Template | Redirect:
    """Note something about the person."""
    person = await person_within(person_id, UPDATE)
    text = (await form(request)).text("text")
    try:
        await notes.add(person_id, text, actor())
    except InvalidInput as wrong:
        return _page(person, None, text, errors=wrong.fields, status=422)
    flashes.add("success", _("La note est ajoutée."))
    return Redirect(f"{href_of(person_id)}#notes", status_code=303)


@get(NOTE, opt=permission(UPDATE))
async def edit_page(person_id: FromPath[UUID], note_id: FromPath[UUID]) -> Template:
    """Show a note's form."""
    person = await person_within(person_id, UPDATE)
    found = await _note(person_id, note_id)
    return _page(person, found, found.now.text, seen=await notes.version_of(person_id, note_id))


@post(NOTE, opt=permission(UPDATE))
async def change(
    request: AnyRequest, person_id: FromPath[UUID], note_id: FromPath[UUID]
) -> Template | Redirect:
    """Write a note anew; what it said stays beside it."""
    person = await person_within(person_id, UPDATE)
    found = await _note(person_id, note_id)
    typed = await form(request)
    text, seen = typed.text("text"), _uuid(typed.text("seen"))
    try:
        await notes.change(person_id, note_id, text, seen, actor())
    except InvalidInput as wrong:
        return _page(person, found, text, errors=wrong.fields, status=422, seen=seen)
    except NoteChanged as changed:
        return _page(
            person,
            found,
            text,
            conflict=str(changed),
            status=409,
            seen=await notes.version_of(person_id, note_id),
        )
    flashes.add("success", _("La note est modifiée. Ce qu’elle disait reste consultable."))
    return Redirect(f"{href_of(person_id)}#notes", status_code=303)


@get(f"{NOTE}/suppression", opt=permission(UPDATE))
async def removal_page(person_id: FromPath[UUID], note_id: FromPath[UUID]) -> Template:
    """Ask before a note is deleted."""
    person = await person_within(person_id, UPDATE)
    return page("persons/note_removal.html", person=person, note=await _note(person_id, note_id))


@post(f"{NOTE}/suppression", opt=permission(UPDATE))
async def remove(person_id: FromPath[UUID], note_id: FromPath[UUID]) -> Redirect:
    """Delete a note: one's own, or anybody's for who may erase files."""
    await person_within(person_id, UPDATE)
    await notes.remove(person_id, note_id, actor(), anybodys=may(ERASE))
    flashes.add("success", _("La note est supprimée."))
    return Redirect(f"{href_of(person_id)}#notes", status_code=303)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        # No version has it: it counts as one that was changed since.
        return UUID(int=0)


async def _note(person_id: UUID, note_id: UUID) -> Note:
    for one in await notes.notes_of(person_id):
        if one.id == note_id:
            return one
    raise NotFound


def _page(
    person: Person, note: Note | None, text: str, *, status: int = 200, **more: Any
) -> Template:
    context: dict[str, Any] = {"errors": {}, "conflict": "", "seen": "", **more}
    return page("persons/note.html", status=status, person=person, note=note, text=text, **context)


ROUTES = (add, edit_page, change, removal_page, remove)

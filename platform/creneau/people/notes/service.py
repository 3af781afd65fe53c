"""Notes about a person: dated, signed, with what they said before (C-67)."""

from itertools import groupby
from typing import Final
from uuid import UUID

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.people import queries as people
from creneau.people.notes import queries
from creneau.people.notes.errors import NoteChanged
from creneau.people.notes.queries import VersionRow
from creneau.people.notes.schemas import Note, Version
from creneau.refusals import InvalidInput, NotAllowed, NotFound
from creneau.validation import Checked

LONGEST: Final = 4000


async def notes_of(person_id: UUID) -> list[Note]:
    """List the notes about a person, the latest first."""
    async with tenant_transaction() as tx:
        return await notes_in(tx, person_id)


async def notes_in(tx: Transaction, person_id: UUID) -> list[Note]:
    """List the notes about a person inside a transaction."""
    rows = await queries.of_person(tx, person_id)
    grouped = [(key, [*found]) for key, found in groupby(rows, key=lambda row: row.note_id)]
    return [
        Note(id=key, now=_version(found[0]), before=tuple(_version(row) for row in found[1:]))
        for key, found in grouped
    ]


def _version(row: VersionRow) -> Version:
    return Version(
        text=row.text, author_id=row.author_id, author=row.author, written_at=row.written_at
    )


async def add(person_id: UUID, text: str, actor: Actor) -> UUID:
    """Note something about a person.

    Raises:
        InvalidInput: Nothing is written, or too much.
        NotFound: There is no such person here.
    """
    clean = _checked(text)
    async with tenant_transaction() as tx:
        if await people.hold(tx, person_id) is None:
            raise NotFound
        made = await queries.insert(tx, person_id, None, clean, actor.id)
        await history.record(tx, actor, "person.note_added", "person", person_id)
    return made


async def change(person_id: UUID, note_id: UUID, text: str, seen: UUID, actor: Actor) -> None:
    """Write a note anew; what it said stays beside it. `seen` is the version that was shown.

    Raises:
        InvalidInput: Nothing is written, or too much.
        NoteChanged: Somebody else changed it since.
        NotFound: There is no such note about this person.
    """
    clean = _checked(text)
    async with tenant_transaction() as tx:
        if await people.hold(tx, person_id) is None or (
            await queries.kept(tx, person_id, note_id) is None
        ):
            raise NotFound
        if not await queries.outdate(tx, person_id, note_id, seen):
            raise NoteChanged
        await queries.insert(tx, person_id, note_id, clean, actor.id)
        await history.record(tx, actor, "person.note_changed", "person", person_id)


async def remove(person_id: UUID, note_id: UUID, actor: Actor, *, anybodys: bool) -> None:
    """Delete a note with all that it said: one's own, or `anybodys`.

    Raises:
        NotAllowed: It is somebody else's.
        NotFound: There is no such note about this person.
    """
    async with tenant_transaction() as tx:
        found = await queries.kept(tx, person_id, note_id)
        if found is None:
            raise NotFound
        if not anybodys and found.author_id != actor.id:
            raise NotAllowed
        await queries.delete(tx, person_id, note_id)
        await history.record(tx, actor, "person.note_removed", "person", person_id)


async def version_of(person_id: UUID, note_id: UUID) -> UUID:
    """Name the current version of a note; raises `NotFound`."""
    async with tenant_transaction() as tx:
        found = await queries.kept(tx, person_id, note_id)
    if found is None:
        raise NotFound
    return found.version


def _checked(text: str) -> str:
    check = Checked()
    clean = check.paragraphs("text", text, longest=LONGEST)
    if not clean:
        raise InvalidInput({"text": _("Écrivez la note.")})
    check.refuse_if_wrong()
    return clean

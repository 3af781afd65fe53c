"""Places: creating, reading, changing and taking back into use (C-02).

A place is archived with its planning, which ends there: `ArchivePlace` in `creneau.planning`.
"""

from typing import Final
from uuid import UUID

from msgspec.structs import fields, replace

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.organisations.queries import missing_organisations
from creneau.places import queries
from creneau.places.rules import checked_place
from creneau.places.schemas import Place, PlaceDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound

FIELDS: Final = tuple(field.name for field in fields(PlaceDraft))


async def create_place(draft: PlaceDraft, actor: Actor) -> UUID:
    """Create a place of an organisation (C-02).

    Raises:
        InvalidInput: A field cannot be used, or the organisation has a place of that name.
    """
    clean = checked_place(draft)
    async with tenant_transaction() as tx:
        if await missing_organisations(tx, [clean.organisation_id]):
            raise InvalidInput({"organisation_id": _("Choisissez une organisation de la liste.")})
        created = await queries.insert_place(tx, clean)
        if created is None:
            raise InvalidInput({"name": _("Un lieu de cette organisation porte déjà ce nom.")})
        await history.record(tx, actor, "place.created", "place", created)
    return created


async def places(organisation_id: UUID | None = None, *, archived: bool = False) -> list[Place]:
    """List the places in use (with `archived`: all), of one organisation or of all, by name."""
    async with tenant_transaction() as tx:
        return await queries.places(tx, organisation_id, archived=archived)


async def place(place_id: UUID) -> Place:
    """Read one place, in use or archived; its time zone is its organisation's.

    Raises:
        NotFound: It does not exist here.
    """
    async with tenant_transaction() as tx:
        return await _place(tx, place_id)


async def update_place(place_id: UUID, draft: PlaceDraft, version: str, actor: Actor) -> Place:
    """Change a place, and give it as it was; it stays in its organisation (C-02).

    Raises:
        NotFound: It does not exist here.
        InvalidInput: A field cannot be used, or the organisation has a place of that name.
        ChangedMeanwhile: Somebody else saved it since `version`.
    """
    async with tenant_transaction() as tx:
        before = await _place(tx, place_id)
        clean = checked_place(replace(draft, organisation_id=before.organisation_id))
        written = await queries.update_place(tx, place_id, clean, version)
        if written is None:
            raise InvalidInput({"name": _("Un lieu de cette organisation porte déjà ce nom.")})
        if not written:
            raise ChangedMeanwhile(await _place(tx, place_id))
        details = {"changed": changed_fields(before, clean, FIELDS)}
        await history.record(tx, actor, "place.updated", "place", place_id, details)
    return before


async def restore_place(place_id: UUID, actor: Actor) -> None:
    """Take an archived place back into use; its openings are made anew (C-02).

    Raises:
        NotFound: It is not archived here.
    """
    async with tenant_transaction() as tx:
        if not await queries.restore_place(tx, place_id):
            raise NotFound
        await history.record(tx, actor, "place.restored", "place", place_id)


async def _place(tx: Transaction, place_id: UUID) -> Place:
    found = await queries.find(tx, place_id)
    if found is None:
        raise NotFound
    return found

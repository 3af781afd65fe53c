"""Places: creating, reading and taking out of use (C-02)."""

from uuid import UUID

from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.organisations.queries import missing_organisations
from creneau.places import queries
from creneau.places.rules import checked_place
from creneau.places.schemas import Place, PlaceDraft
from creneau.refusals import InvalidInput, NotFound


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


async def places(organisation_id: UUID | None = None) -> list[Place]:
    """List the places in use, of one organisation or of all, by name."""
    async with tenant_transaction() as tx:
        return await queries.places(tx, organisation_id)


async def place(place_id: UUID) -> Place:
    """Read one place, in use or archived; its time zone is its organisation's.

    Raises:
        NotFound: It does not exist here.
    """
    async with tenant_transaction() as tx:
        found = await queries.find(tx, place_id)
    if found is None:
        raise NotFound
    return found


async def archive_place(place_id: UUID, actor: Actor) -> None:
    """Take a place out of use; its appointments stay (C-02).

    Raises:
        NotFound: It is not in use here.
    """
    async with tenant_transaction() as tx:
        if not await queries.archive_place(tx, place_id):
            raise NotFound
        await history.record(tx, actor, "place.archived", "place", place_id)

"""Motives: creating and reading (C-05).

A motive is changed and archived with its planning, which says what that touches:
`creneau.planning.service.save(EditMotive(…))`.
"""

from typing import Literal
from uuid import UUID

from creneau_infra import clock

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.motives import queries
from creneau.motives.naming import Names, names_in, refuse_other_names
from creneau.motives.rules import checked_motive
from creneau.motives.schemas import Motive, MotiveDraft, MotiveListed, MotiveUse
from creneau.organisations.queries import missing_organisations, missing_services
from creneau.places.schemas import Place
from creneau.questions import service as questions
from creneau.refusals import InvalidInput, NotFound


async def create_motive(draft: MotiveDraft, actor: Actor, *, like: UUID | None = None) -> UUID:
    """Create a motive of an organisation and a service (C-05).

    `like` names a motive whose extra questions the new one asks too.

    Raises:
        InvalidInput: A field cannot be used, or the organisation has a motive of that name.
    """
    clean = checked_motive(draft)
    async with tenant_transaction() as tx:
        await refuse_strangers(tx, clean)
        await refuse_other_names(tx, clean)
        created = await queries.insert_motive(tx, clean)
        if created is None:
            raise InvalidInput({"name": _("Un motif de cette organisation porte déjà ce nom.")})
        if like is not None:
            await questions.copy_in(tx, like, created)
        await history.record(tx, actor, "motive.created", "motive", created)
    return created


async def refuse_strangers(tx: Transaction, draft: MotiveDraft) -> None:
    """Raise `InvalidInput` unless the organisation and the service are of this tenant."""
    wrong: dict[str, str] = {}
    if await missing_organisations(tx, [draft.organisation_id]):
        wrong["organisation_id"] = _("Choisissez une organisation de la liste.")
    if await missing_services(tx, [draft.service_id]):
        wrong["service_id"] = _("Choisissez un service de la liste.")
    if wrong:
        raise InvalidInput(wrong)


async def motives(*, bookable_by: Literal["everyone"] | None = None) -> list[Motive]:
    """List the motives in use: all, or those that everyone may book."""
    async with tenant_transaction() as tx:
        return await queries.motives(tx, bookable_by)


async def motive(motive_id: UUID) -> Motive:
    """Read one motive, in use or archived.

    Raises:
        NotFound: It does not exist here.
    """
    async with tenant_transaction() as tx:
        found = await queries.find(tx, motive_id)
    if found is None:
        raise NotFound
    return found


async def listed() -> list[MotiveListed]:
    """List every motive for those who set them up, archived ones too, by service."""
    async with tenant_transaction() as tx:
        return await queries.listed(tx, clock.now())


async def names() -> Names | None:
    """Give the names that motives may have, by service; None: names are free (S-03)."""
    async with tenant_transaction() as tx:
        return await names_in(tx)


async def categories() -> list[str]:
    """List the categories in use, by name."""
    async with tenant_transaction() as tx:
        return await queries.categories(tx)


async def use_of(motive_id: UUID) -> MotiveUse:
    """Tell what besides appointments goes on with a motive.

    Raises:
        NotFound: It does not exist here.
    """
    async with tenant_transaction() as tx:
        found = await queries.use_of(tx, motive_id, clock.now())
    if found is None:
        raise NotFound
    return found


async def restore_motive(motive_id: UUID, actor: Actor) -> None:
    """Take an archived motive back into use, as it was (C-05).

    Raises:
        NotFound: No such motive is archived here.
    """
    async with tenant_transaction() as tx:
        if not await queries.restore_motive(tx, motive_id):
            raise NotFound
        await history.record(tx, actor, "motive.restored", "motive", motive_id)


async def public_motives() -> list[Motive]:
    """List what the public home offers (C-40): open to everyone, with a time still to come."""
    async with tenant_transaction() as tx:
        return await queries.public_motives(tx, clock.now())


async def places_of_motive(motive_id: UUID) -> list[Place]:
    """List the places in use that take people for a motive at some time still to come (C-41)."""
    async with tenant_transaction() as tx:
        return await queries.places_of_motive(tx, motive_id, clock.now())

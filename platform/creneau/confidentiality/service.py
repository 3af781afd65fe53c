"""What is confidential for somebody: nothing is sent, nothing shows on their pages (S-08)."""

from uuid import UUID

from creneau.confidentiality import queries
from creneau.confidentiality.schemas import Confidential
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.motives import queries as motives
from creneau.people.service import known
from creneau.refusals import NotFound


async def is_confidential(person_id: UUID | None, motive_id: UUID) -> bool:
    """Tell whether a motive is confidential for a person, or for who answers for them."""
    async with tenant_transaction() as tx:
        return await queries.is_confidential(tx, person_id, motive_id)


async def of_person(person_id: UUID) -> list[Confidential]:
    """List what is confidential for a person alone, by name."""
    async with tenant_transaction() as tx:
        return await queries.of_person(tx, person_id)


async def begin(person_id: UUID, motive_id: UUID, actor: Actor) -> bool:
    """Have nothing sent to a person for a motive any more; False where it was so already.

    Raises:
        NotFound: There is no such person or motive here.
    """
    async with tenant_transaction() as tx:
        await known(tx, person_id)
        if await motives.find(tx, motive_id) is None:
            raise NotFound
        return await begin_in(tx, person_id, motive_id, actor)


async def begin_in(tx: Transaction, person_id: UUID, motive_id: UUID, actor: Actor) -> bool:
    """Have nothing sent to a known person for a motive, from the caller's transaction on."""
    if not await queries.add(tx, person_id, motive_id):
        return False
    details = {"motive_id": motive_id}
    await history.record(tx, actor, "person.confidential_set", "person", person_id, details)
    return True


async def end(person_id: UUID, motive_id: UUID, actor: Actor) -> bool:
    """Let messages for a motive leave again; False where they do already."""
    async with tenant_transaction() as tx:
        if not await queries.remove(tx, person_id, motive_id):
            return False
        details = {"motive_id": motive_id}
        await history.record(tx, actor, "person.confidential_ended", "person", person_id, details)
    return True

"""Referents: the agents who follow a person (S-01)."""

from uuid import UUID

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.people import queries as people
from creneau.people.finding.schemas import Found
from creneau.people.following import queries
from creneau.people.following.schemas import Referent
from creneau.refusals import NotFound


async def referents_of(person_id: UUID) -> list[Referent]:
    """List the agents who follow a person, by last name; whoever has left is not among them."""
    async with tenant_transaction() as tx:
        return await queries.of_person(tx, person_id)


async def referents_in(tx: Transaction, person_id: UUID) -> list[Referent]:
    """List the agents who follow a person, inside a transaction."""
    return await queries.of_person(tx, person_id)


async def persons_followed_by(
    agent_id: UUID, limit: int | None = None, skipped: int = 0
) -> list[Found]:
    """List the persons whom an agent follows, by last name."""
    async with tenant_transaction() as tx:
        return await queries.followed_by(tx, agent_id, limit, skipped)


async def number_followed_by(agent_id: UUID) -> int:
    """Count the persons whom an agent follows."""
    async with tenant_transaction() as tx:
        return await queries.count(tx, agent_id)


async def add_referent(person_id: UUID, agent_id: UUID, actor: Actor) -> bool:
    """Have an agent follow a person, and tell whether that is new (S-01).

    Raises:
        NotFound: There is no such person here.
    """
    async with tenant_transaction() as tx:
        if await people.hold(tx, person_id) is None:
            raise NotFound
        added = await queries.add(tx, person_id, agent_id)
        if added:
            details = {"agent": agent_id}
            await history.record(tx, actor, "person.referent_added", "person", person_id, details)
    return added


async def remove_referent(person_id: UUID, agent_id: UUID, actor: Actor) -> bool:
    """Have an agent follow a person no more, and tell whether they did."""
    async with tenant_transaction() as tx:
        removed = await queries.remove(tx, person_id, agent_id)
        if removed:
            details = {"agent": agent_id}
            await history.record(tx, actor, "person.referent_removed", "person", person_id, details)
    return removed

"""Reading the history (C-66)."""

from uuid import UUID

from creneau.database import tenant_transaction
from creneau.history import queries
from creneau.history.queries import Asked, Entry, Told


async def last_change(subject_kind: str, subject_id: UUID) -> Entry | None:
    """Read the latest entry about a subject; None when nothing is kept about it."""
    async with tenant_transaction() as tx:
        return await queries.last_of_subject(tx, subject_kind, subject_id)


async def latest(asked: Asked, most: int) -> tuple[list[Told], dict[UUID, str]]:
    """Read entries, the latest first, and what the things that they are about are called today.

    Two statements, however much there is.
    """
    async with tenant_transaction() as tx:
        found = await queries.latest(tx, asked, most)
        return found, await queries.names(tx, {entry.subject_id for entry in found})

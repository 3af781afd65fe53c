"""Reading the history (C-66)."""

from uuid import UUID

from creneau.database import tenant_transaction
from creneau.history import queries
from creneau.history.queries import Entry


async def last_change(subject_kind: str, subject_id: UUID) -> Entry | None:
    """Read the latest entry about a subject; None when nothing is kept about it."""
    async with tenant_transaction() as tx:
        return await queries.last_of_subject(tx, subject_kind, subject_id)

"""What is known of a person, as agents write and read it."""

from uuid import UUID

from creneau.database import Transaction
from creneau_social.situation import queries, service

TOLD = {"social_family": "single", "social_children": "2", "social_case": "D-42"}


async def note_situation(tx: Transaction, booking_id: UUID) -> None:
    """Write down the situation of the person of a booking, and that an agent has read it."""
    person_id = await tx.value(
        "SELECT person_id FROM booking WHERE tenant_id = $1 AND id = $2", tx.tenant_id, booking_id
    )
    agent_id = await tx.value(
        "SELECT id FROM agent WHERE tenant_id = $1 ORDER BY id LIMIT 1", tx.tenant_id
    )
    await service.keep_in(tx, person_id, TOLD)
    await queries.note(tx, person_id, agent_id, [*TOLD])

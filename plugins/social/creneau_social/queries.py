"""The plugin's statements."""

from uuid import UUID

import msgspec
from creneau.database import Transaction


class Follower(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who follows somebody."""

    agent_id: UUID
    name: str


async def referents_around(tx: Transaction, person_id: UUID) -> list[Follower]:
    """Read who follows a person, their relatives, or who answers for them."""
    return await _followers(
        tx,
        person_id,
        "p.id = $2 OR p.responsible_id = $2 OR p.id = (" + _RESPONSIBLE + ")",
    )


async def referents_for(tx: Transaction, person_id: UUID) -> list[Follower]:
    """Read who follows a person, or who answers for them."""
    return await _followers(tx, person_id, "p.id = $2 OR p.id = (" + _RESPONSIBLE + ")")


_RESPONSIBLE = "SELECT responsible_id FROM person WHERE tenant_id = $1 AND id = $2"


async def _followers(tx: Transaction, person_id: UUID, whose: str) -> list[Follower]:
    sql = f"""
        SELECT DISTINCT a.id AS agent_id, a.first_name || ' ' || a.last_name AS name
        FROM referent f
        JOIN person p ON p.tenant_id = $1 AND p.id = f.person_id AND p.erased_at IS NULL
        JOIN agent a ON a.tenant_id = $1 AND a.id = f.agent_id AND a.state <> 'removed'
        WHERE f.tenant_id = $1 AND ({whose})
        ORDER BY name, agent_id
    """
    return await tx.all(Follower, sql, tx.tenant_id, person_id)

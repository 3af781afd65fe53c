"""Statements about referents; whoever has left follows nobody."""

from uuid import UUID

from creneau.context import Actor
from creneau.database import Transaction
from creneau.people.finding.queries import COLUMNS, PERSON
from creneau.people.finding.schemas import Found
from creneau.people.following.schemas import Referent


async def of_person(tx: Transaction, person_id: UUID) -> list[Referent]:
    """Read who follows a person, by last name."""
    return await tx.all(
        Referent,
        """
        SELECT f.agent_id, a.first_name, a.last_name, f.since FROM referent f
        JOIN agent a ON a.tenant_id = f.tenant_id AND a.id = f.agent_id AND a.state <> 'removed'
        WHERE f.tenant_id = $1 AND f.person_id = $2
        ORDER BY unaccent(lower(a.last_name)), unaccent(lower(a.first_name)), a.id
        """,
        tx.tenant_id,
        person_id,
    )


async def followed_by(
    tx: Transaction, agent_id: UUID, limit: int | None, skipped: int
) -> list[Found]:
    """Read whom an agent follows, by last name."""
    return await tx.all(
        Found,
        f"""
        WITH found AS (
            SELECT person_id FROM referent WHERE tenant_id = $1 AND agent_id = $2
        )
        SELECT {COLUMNS} FROM found {PERSON}
        ORDER BY unaccent(lower(p.last_name)), unaccent(lower(p.first_name)), p.id
        LIMIT $3 OFFSET $4
        """,
        tx.tenant_id,
        agent_id,
        limit,
        skipped,
    )


async def count(tx: Transaction, agent_id: UUID) -> int:
    """Count whom an agent follows."""
    return await tx.value(
        """
        SELECT count(*) FROM referent f
        JOIN person p ON p.tenant_id = f.tenant_id AND p.id = f.person_id AND p.erased_at IS NULL
        WHERE f.tenant_id = $1 AND f.agent_id = $2
        """,
        tx.tenant_id,
        agent_id,
    )


async def add(tx: Transaction, person_id: UUID, agent_id: UUID) -> bool:
    """Have an agent follow a person; False where they do already, or work here no more."""
    touched = await tx.execute(
        """
        INSERT INTO referent (tenant_id, person_id, agent_id)
        SELECT $1, $2, id FROM agent WHERE tenant_id = $1 AND id = $3 AND state <> 'removed'
        ON CONFLICT (tenant_id, person_id, agent_id) DO NOTHING
        """,
        tx.tenant_id,
        person_id,
        agent_id,
    )
    return touched == 1


async def remove(tx: Transaction, person_id: UUID, agent_id: UUID) -> bool:
    """Have an agent follow a person no more; False where they did not."""
    touched = await tx.execute(
        "DELETE FROM referent WHERE tenant_id = $1 AND person_id = $2 AND agent_id = $3",
        tx.tenant_id,
        person_id,
        agent_id,
    )
    return touched == 1


async def hand_over(tx: Transaction, agent_id: UUID, heir_id: UUID | None, actor: Actor) -> int:
    """End all that an agent follows, for another agent to go on or nobody, and tell of each."""
    return await tx.execute(
        """
        WITH ended AS (
            DELETE FROM referent WHERE tenant_id = $1 AND agent_id = $2 RETURNING person_id
        ), goes_on AS (
            INSERT INTO referent (tenant_id, person_id, agent_id)
            SELECT $1, ended.person_id, a.id FROM ended
            JOIN agent a ON a.tenant_id = $1 AND a.id = $3::uuid AND a.state <> 'removed'
            ON CONFLICT (tenant_id, person_id, agent_id) DO NOTHING
        )
        INSERT INTO history
            (tenant_id, actor_kind, actor_id, action, subject_kind, subject_id, details)
        SELECT $1, $4::text, $5::uuid, 'person.referent_left', 'person', person_id,
            jsonb_build_object('agent', $2::uuid, 'heir', $3::uuid)
        FROM ended
        """,
        tx.tenant_id,
        agent_id,
        heir_id,
        actor.kind,
        actor.id,
    )

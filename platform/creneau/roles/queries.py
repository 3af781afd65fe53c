"""Statements about roles, memberships and who reaches whom."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from creneau.agents.queries import COLUMNS as AGENT_COLUMNS
from creneau.agents.schemas import Agent
from creneau.database import Transaction
from creneau.roles.schemas import Held, Holder, Membership, Reach, Role, RoleDraft


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """The services of one agent."""

    service_ids: frozenset[UUID]
    secretariat: bool


async def insert_built_in(tx: Transaction, codes: Iterable[str]) -> None:
    """Add the built-in roles that are missing; they are named when shown, in either language."""
    await tx.many(
        """
        INSERT INTO role (tenant_id, code, name, built_in) VALUES ($1, $2, $2, true)
        ON CONFLICT (tenant_id, code) DO NOTHING
        """,
        [(tx.tenant_id, code) for code in codes],
    )


async def roles(tx: Transaction) -> list[Role]:
    """Read every role, the built-in ones first."""
    return await tx.all(
        Role,
        """
        SELECT id, code, name, permissions, built_in, xmin::text AS version FROM role
        WHERE tenant_id = $1
        ORDER BY built_in DESC, unaccent(lower(name)), id
        """,
        tx.tenant_id,
    )


async def role(tx: Transaction, role_id: UUID) -> Role | None:
    """Read one role."""
    return await tx.one(
        Role,
        """
        SELECT id, code, name, permissions, built_in, xmin::text AS version FROM role
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        role_id,
    )


async def name_is_taken(tx: Transaction, name: str, but: UUID | None) -> bool:
    """Tell whether another role of the tenant's own has a name, accents and case aside."""
    return await tx.value(
        """
        SELECT EXISTS (
            SELECT FROM role
            WHERE tenant_id = $1 AND NOT built_in AND unaccent(lower(name)) = unaccent(lower($2))
                AND id IS DISTINCT FROM $3
        )
        """,
        tx.tenant_id,
        name,
        but,
    )


async def insert_role(tx: Transaction, draft: RoleDraft) -> UUID:
    """Add a checked role of the tenant's own, under a code that never changes."""
    return await tx.value(
        """
        INSERT INTO role (tenant_id, code, name, permissions)
        VALUES ($1, 'own_' || replace(uuidv7()::text, '-', ''), $2, $3)
        RETURNING id
        """,
        tx.tenant_id,
        draft.name,
        list(draft.permissions),
    )


async def update_role(tx: Transaction, role_id: UUID, draft: RoleDraft, version: str) -> bool:
    """Write a checked draft over a role; False when it was saved since that version."""
    touched = await tx.execute(
        """
        UPDATE role SET name = $3, permissions = $4
        WHERE tenant_id = $1 AND id = $2 AND NOT built_in AND xmin::text = $5
        """,
        tx.tenant_id,
        role_id,
        draft.name,
        list(draft.permissions),
        version,
    )
    return touched == 1


async def delete_role(tx: Transaction, role_id: UUID) -> None:
    """Delete a role that nobody holds; the foreign key of memberships refuses any other."""
    await tx.execute(
        "DELETE FROM role WHERE tenant_id = $1 AND id = $2 AND NOT built_in", tx.tenant_id, role_id
    )


async def lock_role(tx: Transaction, role_id: UUID) -> None:
    """Have nobody be given a role until the transaction is over."""
    await tx.rows(
        "SELECT id FROM role WHERE tenant_id = $1 AND id = $2 FOR UPDATE", tx.tenant_id, role_id
    )


async def is_held(tx: Transaction, role_id: UUID) -> bool:
    """Tell whether anybody holds a role, removed agents included: their history names it."""
    return await tx.value(
        "SELECT EXISTS (SELECT FROM membership WHERE tenant_id = $1 AND role_id = $2)",
        tx.tenant_id,
        role_id,
    )


async def holders(tx: Transaction, role_id: UUID) -> list[Holder]:
    """Read who holds a role and has not been removed, by last name."""
    return await tx.all(
        Holder,
        """
        SELECT m.agent_id, a.first_name || ' ' || a.last_name AS name, m.organisation_id,
               o.name AS organisation
        FROM membership m
        JOIN agent a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id AND a.state <> 'removed'
        JOIN organisation o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id
        WHERE m.tenant_id = $1 AND m.role_id = $2
        ORDER BY unaccent(lower(a.last_name)), unaccent(lower(a.first_name)), o.name
        """,
        tx.tenant_id,
        role_id,
    )


async def insert_memberships(
    tx: Transaction, agent_id: UUID, memberships: Iterable[Membership]
) -> int:
    """Give roles to an agent; tells how many were given (an unknown role gives none)."""
    given = 0
    for membership in memberships:
        given += await tx.execute(
            """
            INSERT INTO membership (tenant_id, agent_id, organisation_id, role_id)
            SELECT $1, $2, $3, id FROM role WHERE tenant_id = $1 AND code = $4
            """,
            tx.tenant_id,
            agent_id,
            membership.organisation_id,
            membership.role_code,
        )
    return given


async def held(tx: Transaction, agent_id: UUID) -> list[Held]:
    """Read the roles of an agent who has not been removed."""
    return await tx.all(
        Held,
        """
        SELECT m.organisation_id, r.code, r.permissions, r.built_in
        FROM membership m
        JOIN agent a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id AND a.state <> 'removed'
        JOIN organisation o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id
            AND o.archived_at IS NULL
        JOIN role r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
        WHERE m.tenant_id = $1 AND m.agent_id = $2
        ORDER BY m.organisation_id
        """,
        tx.tenant_id,
        agent_id,
    )


async def team(tx: Transaction, agent_id: UUID) -> Team:
    """Read an agent's services, and whether one of them is a secretariat."""
    found = await tx.one(
        Team,
        """
        SELECT COALESCE(array_agg(s.id), '{}') AS service_ids,
               COALESCE(bool_or(s.secretariat), false) AS secretariat
        FROM agent_service x
        JOIN service s ON s.tenant_id = x.tenant_id AND s.id = x.service_id
        WHERE x.tenant_id = $1 AND x.agent_id = $2
        """,
        tx.tenant_id,
        agent_id,
    )
    return found or Team(service_ids=frozenset(), secretariat=False)


async def visible_agents(tx: Transaction, agent_id: UUID, reach: Reach) -> list[Agent]:
    """Read those within reach who have not been removed, by last name."""
    return await tx.all(
        Agent,
        f"""
        SELECT {AGENT_COLUMNS} FROM agent a
        WHERE a.tenant_id = $1 AND a.state <> 'removed' AND (
            (a.id = $2 AND $3)
            OR EXISTS (
                SELECT FROM membership m
                WHERE m.tenant_id = a.tenant_id AND m.agent_id = a.id
                    AND m.organisation_id = ANY($4)
            )
            OR EXISTS (
                SELECT FROM membership m
                JOIN agent_service s ON s.tenant_id = m.tenant_id AND s.agent_id = m.agent_id
                    AND s.service_id = ANY($6)
                WHERE m.tenant_id = a.tenant_id AND m.agent_id = a.id
                    AND m.organisation_id = ANY($5)
            )
        )
        ORDER BY unaccent(lower(a.last_name)), unaccent(lower(a.first_name)), a.id
        """,
        tx.tenant_id,
        agent_id,
        reach.itself,
        list(reach.everyone_in),
        list(reach.colleagues_in),
        list(reach.service_ids),
    )

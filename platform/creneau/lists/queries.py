"""The statements of saved searches."""

from uuid import UUID

from creneau.database import Transaction
from creneau.lists.schemas import Search, SearchDraft

_SEARCH = """
    SELECT s.id, s.path, s.name, s.query, s.agent_id, s.service_id,
        COALESCE(v.name, '') AS service_name, o.search_id IS NOT NULL AS opens
    FROM saved_search s
    LEFT JOIN service v ON v.tenant_id = s.tenant_id AND v.id = s.service_id
    LEFT JOIN saved_search_opening o ON o.tenant_id = s.tenant_id AND o.agent_id = $2
        AND o.search_id = s.id
    WHERE s.tenant_id = $1 AND (
        (s.agent_id = $2 AND s.service_id IS NULL)
        OR s.service_id IN (
            SELECT service_id FROM agent_service WHERE tenant_id = $1 AND agent_id = $2))
"""


async def searches(tx: Transaction, agent_id: UUID, path: str) -> list[Search]:
    """Read the searches of a list that an agent has: their own, and those of their services."""
    return await tx.all(
        Search,
        _SEARCH
        + "AND s.path = $3 ORDER BY s.service_id IS NOT NULL, unaccent(lower(s.name)), s.id",
        tx.tenant_id,
        agent_id,
        path,
    )


async def search(tx: Transaction, agent_id: UUID, search_id: UUID) -> Search | None:
    """Read one search that an agent has."""
    return await tx.one(Search, _SEARCH + "AND s.id = $3", tx.tenant_id, agent_id, search_id)


async def name_is_taken(
    tx: Transaction, agent_id: UUID, draft: SearchDraft, but: UUID | None
) -> bool:
    """Tell whether another search of the same list and reach has a name, accents and case aside."""
    return await tx.value(
        """
        SELECT EXISTS (
            SELECT FROM saved_search
            WHERE tenant_id = $1 AND path = $2 AND id IS DISTINCT FROM $3
                AND unaccent(lower(name)) = unaccent(lower($4))
                AND service_id IS NOT DISTINCT FROM $5::uuid
                AND (service_id IS NOT NULL OR agent_id = $6))
        """,
        tx.tenant_id,
        draft.path,
        but,
        draft.name,
        draft.service_id,
        agent_id,
    )


async def insert(tx: Transaction, agent_id: UUID, draft: SearchDraft) -> UUID:
    """Keep a search."""
    return await tx.value(
        """
        INSERT INTO saved_search (tenant_id, path, name, query, agent_id, service_id)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
        """,
        tx.tenant_id,
        draft.path,
        draft.name,
        draft.query,
        agent_id,
        draft.service_id,
    )


async def update(tx: Transaction, search_id: UUID, agent_id: UUID, draft: SearchDraft) -> None:
    """Change a search's name, and whose it is: one's own again belongs to who takes it back."""
    await tx.execute(
        """
        UPDATE saved_search SET name = $4, service_id = $5,
            agent_id = CASE WHEN $5::uuid IS NULL THEN $3 ELSE agent_id END
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        search_id,
        agent_id,
        draft.name,
        draft.service_id,
    )


async def delete(tx: Transaction, search_id: UUID) -> None:
    """Forget a search; whoever's list opened with it sees all of the list again."""
    await tx.execute(
        "DELETE FROM saved_search WHERE tenant_id = $1 AND id = $2", tx.tenant_id, search_id
    )


async def set_opening(tx: Transaction, agent_id: UUID, path: str, search_id: UUID) -> None:
    """Have a list open with a search for one agent."""
    await tx.execute(
        """
        INSERT INTO saved_search_opening (tenant_id, agent_id, path, search_id)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, agent_id, path) DO UPDATE SET search_id = excluded.search_id
        """,
        tx.tenant_id,
        agent_id,
        path,
        search_id,
    )


async def drop_opening(tx: Transaction, agent_id: UUID, search_id: UUID) -> None:
    """Have a list no longer open with a search for one agent."""
    await tx.execute(
        """
        DELETE FROM saved_search_opening
        WHERE tenant_id = $1 AND agent_id = $2 AND search_id = $3
        """,
        tx.tenant_id,
        agent_id,
        search_id,
    )

"""Statements about the referential of motive names."""

from uuid import UUID

from creneau.database import Transaction

from creneau_social.naming.schemas import MotiveName, NameRequest, RequestDraft

_REQUEST = """
    SELECT r.id, r.organisation_id, o.name AS organisation_name, r.service_id,
        s.name AS service_name, r.name, r.reason, r.state, r.answer, r.asked_by,
        a.first_name || ' ' || a.last_name AS asked_by_name, r.asked_at, r.decided_at
    FROM social.name_request r
    JOIN organisation o ON o.tenant_id = r.tenant_id AND o.id = r.organisation_id
    JOIN service s ON s.tenant_id = r.tenant_id AND s.id = r.service_id
    JOIN agent a ON a.tenant_id = r.tenant_id AND a.id = r.asked_by
    WHERE r.tenant_id = $1
"""


async def is_on(tx: Transaction) -> bool:
    """Tell whether motives take their names from the referential."""
    sql = "SELECT enabled FROM social.naming WHERE tenant_id = $1"
    return bool(await tx.value(sql, tx.tenant_id))


async def switch(tx: Transaction, *, on: bool) -> bool:
    """Switch the referential on or off, and tell whether that changed anything."""
    return bool(
        await tx.execute(
            """
            INSERT INTO social.naming (tenant_id, enabled) VALUES ($1, $2)
            ON CONFLICT (tenant_id) DO UPDATE SET enabled = excluded.enabled
            WHERE social.naming.enabled <> excluded.enabled
            """,
            tx.tenant_id,
            on,
        )
    )


async def names(tx: Transaction) -> list[MotiveName]:
    """Read every name, by service and alphabet."""
    return await tx.all(
        MotiveName,
        """
        SELECT n.id, n.service_id, n.name,
            (SELECT count(*) FROM motive m
             WHERE m.tenant_id = n.tenant_id AND m.service_id = n.service_id
                AND m.name = n.name AND m.archived_at IS NULL) AS motives
        FROM social.motive_name n
        WHERE n.tenant_id = $1
        ORDER BY n.service_id, unaccent(lower(n.name)), n.id
        """,
        tx.tenant_id,
    )


async def add_name(tx: Transaction, service_id: UUID, name: str) -> bool:
    """Add a name; False where the service has it, however it is written."""
    return bool(
        await tx.execute(
            """
            INSERT INTO social.motive_name (tenant_id, service_id, name)
            SELECT $1, $2, $3::text
            WHERE NOT EXISTS (
                SELECT FROM social.motive_name
                WHERE tenant_id = $1 AND service_id = $2
                    AND unaccent(lower(name)) = unaccent(lower($3::text)))
            ON CONFLICT (tenant_id, service_id, name) DO NOTHING
            """,
            tx.tenant_id,
            service_id,
            name,
        )
    )


async def remove_name(tx: Transaction, name_id: UUID) -> str | None:
    """Take a name out, and give it; None where it is not there any more."""
    return await tx.value(
        "DELETE FROM social.motive_name WHERE tenant_id = $1 AND id = $2 RETURNING name",
        tx.tenant_id,
        name_id,
    )


async def add_those_in_use(tx: Transaction) -> int:
    """Add the names that motives in use have, so that the referential begins with what there is."""
    return await tx.execute(
        """
        INSERT INTO social.motive_name (tenant_id, service_id, name)
        SELECT DISTINCT $1::uuid, service_id, name FROM motive
        WHERE tenant_id = $1 AND archived_at IS NULL
        ON CONFLICT (tenant_id, service_id, name) DO NOTHING
        """,
        tx.tenant_id,
    )


async def add_request(tx: Transaction, draft: RequestDraft, agent_id: UUID) -> UUID | None:
    """Add a request; None where the organisation waits for the same name already."""
    return await tx.value(
        """
        INSERT INTO social.name_request
            (tenant_id, organisation_id, service_id, name, reason, asked_by)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, organisation_id, service_id, name) WHERE state = 'waiting'
        DO NOTHING
        RETURNING id
        """,
        tx.tenant_id,
        draft.organisation_id,
        draft.service_id,
        draft.name,
        draft.reason,
        agent_id,
    )


async def requests(tx: Transaction) -> list[NameRequest]:
    """Read every request: those that wait first, then the latest."""
    sql = _REQUEST + " ORDER BY r.state <> 'waiting', r.id DESC"
    return await tx.all(NameRequest, sql, tx.tenant_id)


async def request(tx: Transaction, request_id: UUID) -> NameRequest | None:
    """Read one request."""
    return await tx.one(NameRequest, _REQUEST + " AND r.id = $2", tx.tenant_id, request_id)


async def decide(
    tx: Transaction, request_id: UUID, state: str, answer: str, agent_id: UUID
) -> bool:
    """Answer a request; False where somebody did already."""
    return bool(
        await tx.execute(
            """
            UPDATE social.name_request
            SET state = $3, answer = $4, decided_by = $5, decided_at = now()
            WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'
            """,
            tx.tenant_id,
            request_id,
            state,
            answer,
            agent_id,
        )
    )

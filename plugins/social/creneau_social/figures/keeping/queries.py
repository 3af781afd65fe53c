"""Statements that keep figures by person, and fill them in the first time."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from creneau.database import Transaction

# Looked up person by person: no plan reads all there is for the sake of some.
_RECEIVED: Final = """
    INSERT INTO social.received (tenant_id, booking_id, person_id, service_id, motive_id, starts_at, seen,
        previous_at)
    SELECT $1::uuid, b.id, b.person_id, m.service_id, m.id, a.starts_at, b.state = 'seen',
        lag(a.starts_at) OVER (
            PARTITION BY b.person_id, m.service_id, b.state ORDER BY a.starts_at, b.id)
    FROM unnest($2::uuid[]) AS p (id)
    CROSS JOIN LATERAL (
        SELECT id, person_id, appointment_id, state FROM booking
        WHERE tenant_id = $1 AND person_id = p.id AND state IN ('seen', 'no_show') OFFSET 0) b
    CROSS JOIN LATERAL (
        SELECT starts_at, motive_id FROM appointment
        WHERE tenant_id = $1 AND id = b.appointment_id OFFSET 0) a
    JOIN motive m ON m.tenant_id = $1 AND m.id = a.motive_id
    ON CONFLICT (tenant_id, booking_id) DO UPDATE SET person_id = excluded.person_id,
        service_id = excluded.service_id, motive_id = excluded.motive_id,
        starts_at = excluded.starts_at, seen = excluded.seen, previous_at = excluded.previous_at
"""
_CONTACTS: Final = """
    INSERT INTO social.contact (tenant_id, person_id, agent_id, since, seen_at, planned_at)
    SELECT $1::uuid, f.person_id, f.agent_id, f.since, COALESCE(met.seen_at, '{}'),
        COALESCE(met.planned_at, '{}')
    FROM unnest($2::uuid[]) AS p (id)
    JOIN referent f ON f.tenant_id = $1 AND f.person_id = p.id
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT a.starts_at ORDER BY a.starts_at)
                FILTER (WHERE b.state = 'seen') AS seen_at,
            array_agg(DISTINCT a.starts_at ORDER BY a.starts_at)
                FILTER (WHERE b.state = 'planned') AS planned_at
        FROM booking b
        CROSS JOIN LATERAL (
            SELECT starts_at FROM appointment WHERE tenant_id = $1 AND id = b.appointment_id OFFSET 0) a
        WHERE b.tenant_id = $1 AND b.person_id = p.id AND b.state IN ('seen', 'planned') AND EXISTS (
            SELECT FROM allocation l WHERE l.tenant_id = $1 AND l.appointment_id = b.appointment_id
                AND l.resource_id = f.agent_id AND l.active)) met
"""
_FORGETTING: Final = (
    "DELETE FROM social.received WHERE tenant_id = $1 AND person_id = ANY($2)",
    "DELETE FROM social.contact WHERE tenant_id = $1 AND person_id = ANY($2)",
)


async def begin(tx: Transaction) -> None:
    """Note that figures are kept from now on."""
    await tx.execute(
        "INSERT INTO social.keeping (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING", tx.tenant_id
    )


async def are_kept(tx: Transaction) -> bool:
    """Tell whether figures are kept."""
    return await tx.value(
        "SELECT EXISTS (SELECT FROM social.keeping WHERE tenant_id = $1)", tx.tenant_id
    )


async def wait_for_others(tx: Transaction) -> None:
    """Have nobody else keep figures meanwhile."""
    await tx.rows("SELECT 1 FROM social.keeping WHERE tenant_id = $1 FOR UPDATE", tx.tenant_id)


async def is_filled(tx: Transaction) -> bool:
    """Tell whether everybody's figures are kept."""
    return await tx.value(
        """
        SELECT EXISTS (
            SELECT FROM social.keeping WHERE tenant_id = $1 AND filled_at IS NOT NULL)
        """,
        tx.tenant_id,
    )


async def next_persons(tx: Transaction, most: int) -> list[UUID]:
    """Read whose figures are filled in next, and note that they are."""
    rows = await tx.rows(
        """
        SELECT id FROM person WHERE tenant_id = $1 AND id > COALESCE(
            (SELECT filled_to FROM social.keeping WHERE tenant_id = $1),
            '00000000-0000-0000-0000-000000000000')
        ORDER BY id LIMIT $2
        """,
        tx.tenant_id,
        most,
    )
    return [row["id"] for row in rows]


async def note(tx: Transaction, filled_to: UUID | None) -> None:
    """Note up to whom figures are filled in; None: there is nobody left."""
    await tx.execute(
        """
        UPDATE social.keeping SET filled_to = COALESCE($2, filled_to),
            filled_at = CASE WHEN $2::uuid IS NULL THEN now() END
        WHERE tenant_id = $1
        """,
        tx.tenant_id,
        filled_to,
    )


async def keep(tx: Transaction, person_ids: Sequence[UUID]) -> None:
    """Count anew what is kept of some persons."""
    for statement in (*_FORGETTING, _RECEIVED, _CONTACTS):
        await tx.execute(statement, tx.tenant_id, list(person_ids))


async def forget_contacts(tx: Transaction, person_id: UUID) -> None:
    """Forget whom somebody met, and when."""
    await tx.execute(
        "DELETE FROM social.contact WHERE tenant_id = $1 AND person_id = $2",
        tx.tenant_id,
        person_id,
    )

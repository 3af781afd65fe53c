"""The statements about what is kept for too long."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.retention.schemas import OldBooking, RetentionRule

# Files without activity go as a whole: here are the old appointments of those that stay.
_OLD = """
    FROM appointment a
    JOIN booking b ON b.tenant_id = a.tenant_id AND b.appointment_id = a.id
    JOIN person p ON p.tenant_id = b.tenant_id AND p.id = b.person_id AND p.erased_at IS NULL
    WHERE a.tenant_id = $1 AND a.starts_at < $2 AND a.ends_at < $2
        AND GREATEST(b.created_at, b.ended_at) < $2
"""


async def rule(tx: Transaction) -> RetentionRule:
    """Read how long the tenant keeps what has no activity."""
    found = await tx.one(
        RetentionRule,
        "SELECT months, since FROM retention_rule WHERE tenant_id = $1",
        tx.tenant_id,
    )
    return found or RetentionRule()


async def lock_rule(tx: Transaction) -> None:
    """Let nobody else set the rule until the end of the transaction."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('retention_rule:' || $1::uuid::text, 0))",
        tx.tenant_id,
    )


async def set_rule(tx: Transaction, months: int, since: datetime) -> None:
    """Write how long the tenant keeps what has no activity."""
    await tx.execute(
        """
        INSERT INTO retention_rule (tenant_id, months, since) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id) DO UPDATE SET months = EXCLUDED.months, since = EXCLUDED.since
        """,
        tx.tenant_id,
        months,
        since,
    )


async def old_bookings(
    tx: Transaction, before: datetime, limit: int, skipped: int = 0
) -> list[OldBooking]:
    """Read appointments without activity since a moment, the oldest first."""
    return await tx.all(
        OldBooking,
        f"""
        SELECT old.id, old.starts_at, l.time_zone, old.last_at, m.name AS motive_name,
            l.name AS place_name, old.first_name, old.last_name
        FROM (
            SELECT b.id, a.starts_at, a.motive_id, a.place_id, p.first_name, p.last_name,
                GREATEST(a.ends_at, b.created_at, b.ended_at) AS last_at
            {_OLD} ORDER BY a.starts_at, b.id LIMIT $3 OFFSET $4
        ) old
        JOIN motive m ON m.tenant_id = $1 AND m.id = old.motive_id
        JOIN (
            SELECT l.id, l.name, o.time_zone FROM place l
            JOIN organisation o ON o.tenant_id = l.tenant_id AND o.id = l.organisation_id
            WHERE l.tenant_id = $1
        ) l ON l.id = old.place_id
        ORDER BY old.starts_at, old.id
        """,
        tx.tenant_id,
        before,
        limit,
        skipped,
    )


async def count_old(tx: Transaction, before: datetime) -> int:
    """Count the appointments without activity since a moment."""
    return await tx.value(f"SELECT count(*) {_OLD}", tx.tenant_id, before)


async def lock_old(tx: Transaction, before: datetime, limit: int) -> list[UUID]:
    """Lock some appointments without activity since a moment, the oldest first."""
    rows = await tx.rows(
        f"SELECT b.id {_OLD} ORDER BY a.starts_at, b.id LIMIT $3 FOR UPDATE OF b SKIP LOCKED",
        tx.tenant_id,
        before,
        limit,
    )
    return [row["id"] for row in rows]


async def give_to_nobody(tx: Transaction, booking_ids: Sequence[UUID]) -> UUID:
    """Have some appointments lead to a new file without a name, and give it: it is erased next."""
    return await tx.value(
        """
        WITH nobody AS (
            INSERT INTO person (tenant_id, first_name, last_name) VALUES ($1, '—', '—')
            RETURNING id
        ), given AS (
            UPDATE booking SET person_id = (SELECT id FROM nobody)
            WHERE tenant_id = $1 AND id = ANY($2)
        )
        SELECT id FROM nobody
        """,
        tx.tenant_id,
        list(booking_ids),
    )


async def forget_invitations(tx: Transaction, before: datetime) -> int:
    """Delete invitations that were good until before a moment."""
    return await tx.execute(
        "DELETE FROM invitation WHERE tenant_id = $1 AND ends_at < $2", tx.tenant_id, before
    )

"""The statements about what is kept for too long."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from creneau.database import Transaction
from creneau.retention.schemas import OldBooking, OldSort, OldWanted, RetentionRule

# Files without activity go as a whole: here are the old appointments of those that stay.
_BOOKED = """
    FROM appointment a
    JOIN booking b ON b.tenant_id = a.tenant_id AND b.appointment_id = a.id
    JOIN person p ON p.tenant_id = b.tenant_id AND p.id = b.person_id AND p.erased_at IS NULL
"""
_BEFORE = """
    WHERE a.tenant_id = $1 AND a.starts_at < $2 AND a.ends_at < $2
        AND GREATEST(b.created_at, b.ended_at) < $2
"""
_OLD = _BOOKED + _BEFORE


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


_ASKED = """
    AND ($3::uuid IS NULL OR a.motive_id = $3) AND ($4::uuid IS NULL OR a.place_id = $4)
    AND NOT EXISTS (
        SELECT FROM unnest($5::text[]) w
        WHERE strpos(unaccent(lower(p.first_name || ' ' || p.last_name)), w) = 0)
"""
_LINE = f"""
    SELECT b.id, a.starts_at, o.time_zone, GREATEST(a.ends_at, b.created_at, b.ended_at) AS last_at,
        m.name AS motive_name, l.name AS place_name, p.first_name, p.last_name
    {_BOOKED}
    JOIN motive m ON m.tenant_id = $1 AND m.id = a.motive_id
    JOIN place l ON l.tenant_id = $1 AND l.id = a.place_id
    JOIN organisation o ON o.tenant_id = $1 AND o.id = l.organisation_id
    {_BEFORE} {_ASKED}
"""
_ORDERS: Final[dict[OldSort, str]] = {
    "starts_at": "a.starts_at",
    "last_at": "GREATEST(a.ends_at, b.created_at, b.ended_at)",
    "name": "unaccent(lower(p.first_name || ' ' || p.last_name))",
    "motive": "unaccent(lower(m.name))",
    "place": "unaccent(lower(l.name))",
}


async def old_bookings(
    tx: Transaction, before: datetime, wanted: OldWanted, limit: int, skipped: int
) -> list[OldBooking]:
    """Read a page of the appointments without activity since a moment."""
    sql = f"{_ordered(wanted)} LIMIT $6 OFFSET $7"
    return await tx.all(OldBooking, sql, *_values(tx, before, wanted), limit, skipped)


async def each_old(
    tx: Transaction,
    before: datetime,
    wanted: OldWanted,
    sink: Callable[[Sequence[OldBooking]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand every appointment without activity since a moment to a sink, so many at a time."""
    values = _values(tx, before, wanted)
    await tx.each(OldBooking, _ordered(wanted), *values, sink=sink, at_once=at_once)


def _ordered(wanted: OldWanted) -> str:
    way = "DESC" if wanted.descending else "ASC"
    return f"{_LINE} ORDER BY {_ORDERS[wanted.sort]} {way}, b.id {way}"


def _values(tx: Transaction, before: datetime, wanted: OldWanted) -> tuple[object, ...]:
    return (tx.tenant_id, before, wanted.motive_id, wanted.place_id, list(wanted.words))


async def count_old(tx: Transaction, before: datetime, wanted: OldWanted) -> int:
    """Count the appointments without activity since a moment."""
    sql = f"SELECT count(*) {_OLD} {_ASKED}"
    return await tx.value(sql, *_values(tx, before, wanted))


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

"""Statements about what is booked, and whether its time stands (C-14).

Each question is asked before and after a change, in one transaction: what stood and stands no
more is what the change touches. What did not stand before (an appointment that an agent forced)
is not touched by it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from creneau.availability.changes import freed_or_taken
from creneau.confidentiality.queries import confidential
from creneau.database import Transaction
from creneau.planning.schemas import Touched

_BOOKED: Final = """
    b.tenant_id = $1 AND (b.state IN ('planned', 'waiting')
        OR (b.state = 'held' AND b.held_until > $2::timestamptz))
"""

# One look-up by key for each row, whatever the planner expects: under row-level security it takes
# a tenant for small, and would read all that the tenant has booked for each row (OFFSET 0 keeps
# it from that).
_APPOINTMENT: Final = """
    CROSS JOIN LATERAL (
        SELECT a.id, a.motive_id, a.place_id, a.group_session, a.starts_at, a.ends_at, a.period
        FROM appointment a
        WHERE a.tenant_id = $1 AND a.id = l.appointment_id AND a.state = 'scheduled'
            AND a.starts_at >= $2
        OFFSET 0
    ) a
"""
_BOOKING: Final = f"""
    CROSS JOIN LATERAL (
        SELECT b.id FROM booking b WHERE b.appointment_id = a.id AND {_BOOKED} OFFSET 0
    ) b
"""

_WITHOUT_OPENING: Final = f"""
    WITH opened AS MATERIALIZED (
        SELECT o.resource_id, o.place_id, m.motive_id,
            range_agg(tstzrange(o.starts_at, o.ends_at)) AS periods
        FROM opening_occurrence o
        JOIN opening_motive m ON m.tenant_id = $1 AND m.opening_id = o.opening_id
        WHERE o.tenant_id = $1 AND o.resource_id = ANY ($3::uuid[]) AND o.ends_at > $2
        GROUP BY o.resource_id, o.place_id, m.motive_id
    )
    SELECT DISTINCT b.id
    FROM allocation l
    {_APPOINTMENT}
    LEFT JOIN opened o ON o.resource_id = l.resource_id AND o.place_id = a.place_id
        AND o.motive_id = a.motive_id
    {_BOOKING}
    WHERE l.tenant_id = $1 AND l.active AND l.resource_id = ANY ($3::uuid[])
        AND l.starts_at > $2::timestamptz - interval '48 hours'
        AND NOT a.group_session AND (o.periods @> a.period) IS NOT TRUE
"""

_ABSENT: Final = f"""
    WITH gone AS MATERIALIZED (
        SELECT resource_id, range_agg(tstzrange(starts_at, ends_at)) AS periods,
            min(starts_at) AS first, max(ends_at) AS last
        FROM absence_occurrence
        WHERE tenant_id = $1 AND resource_id = ANY ($3::uuid[]) AND ends_at > $2
        GROUP BY resource_id
    )
    SELECT DISTINCT b.id
    FROM gone x
    CROSS JOIN LATERAL (
        SELECT l.appointment_id FROM allocation l
        WHERE l.tenant_id = $1 AND l.resource_id = x.resource_id AND l.active
            AND l.starts_at > x.first - interval '48 hours' AND l.starts_at < x.last
        OFFSET 0
    ) l
    {_APPOINTMENT}
    {_BOOKING}
    WHERE x.periods && a.period
"""

_CLOSED: Final = f"""
    WITH shut AS MATERIALIZED (
        SELECT p.id AS place_id, unnest(range_agg(tstzrange(c.starts_at, c.ends_at))) AS period
        FROM closure c
        JOIN place p ON p.tenant_id = $1 AND (c.place_id IS NULL OR c.place_id = p.id)
            AND (c.organisation_id IS NULL OR c.organisation_id = p.organisation_id)
        WHERE c.tenant_id = $1 AND c.ends_at > $2
        GROUP BY p.id
    )
    SELECT DISTINCT b.id
    FROM shut c
    CROSS JOIN LATERAL (
        SELECT a.id FROM appointment a
        WHERE a.tenant_id = $1 AND a.place_id = c.place_id AND a.state = 'scheduled'
            AND a.starts_at >= $2 AND a.starts_at > lower(c.period) - interval '25 hours'
            AND a.starts_at < upper(c.period) AND a.ends_at > lower(c.period)
        OFFSET 0
    ) a
    {_BOOKING}
"""

_OF_MOTIVE: Final = f"""
    SELECT DISTINCT b.id
    FROM (
        SELECT a.id FROM appointment a
        WHERE a.tenant_id = $1 AND a.motive_id = $3 AND a.state = 'scheduled' AND a.starts_at >= $2
            AND ($4::integer IS NULL
                OR (NOT a.group_session AND a.ends_at - a.starts_at <> make_interval(mins => $4)))
        OFFSET 0
    ) a
    {_BOOKING}
"""


_WITHOUT_BUFFERS: Final = f"""
    SELECT DISTINCT b.id
    FROM (
        SELECT a.id FROM appointment a
        WHERE a.tenant_id = $1 AND a.motive_id = $3 AND a.state = 'scheduled'
            AND a.starts_at >= $2 AND NOT a.group_session
            AND EXISTS (
                SELECT FROM allocation l
                WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.active
                    AND (l.starts_at > a.starts_at - make_interval(mins => $4)
                        OR l.ends_at < a.ends_at + make_interval(mins => $5)))
        OFFSET 0
    ) a
    {_BOOKING}
"""

_OF_PLACE: Final = f"""
    SELECT DISTINCT b.id
    FROM (
        SELECT a.id FROM appointment a
        WHERE a.tenant_id = $1 AND a.place_id = $3 AND a.state = 'scheduled' AND a.starts_at >= $2
        OFFSET 0
    ) a
    {_BOOKING}
"""


class Booked(Touched, frozen=True, kw_only=True):
    """A touched booking; a hold of a visitor has no name yet."""

    held: bool


async def without_opening(
    tx: Transaction, now: datetime, resource_ids: Collection[UUID]
) -> set[UUID]:
    """Find the bookings to come of some resources that no opening covers; sessions need none."""
    return await _ids(tx, _WITHOUT_OPENING, now, list(resource_ids))


async def absent(tx: Transaction, now: datetime, resource_ids: Collection[UUID]) -> set[UUID]:
    """Find the bookings to come of some resources that are away then."""
    return await _ids(tx, _ABSENT, now, list(resource_ids))


async def closed(tx: Transaction, now: datetime) -> set[UUID]:
    """Find the bookings to come in a time that is closed."""
    return await _ids(tx, _CLOSED, now)


async def of_motive(
    tx: Transaction, now: datetime, motive_id: UUID, other_than_minutes: int | None = None
) -> set[UUID]:
    """Find the bookings to come of a motive: all, or the appointments of another length."""
    return await _ids(tx, _OF_MOTIVE, now, motive_id, other_than_minutes)


async def without_buffers(
    tx: Transaction, now: datetime, motive_id: UUID, before: int, after: int
) -> set[UUID]:
    """Find the appointments to come of a motive that took less time around them (minutes)."""
    return await _ids(tx, _WITHOUT_BUFFERS, now, motive_id, before, after)


async def of_place(tx: Transaction, now: datetime, place_id: UUID) -> set[UUID]:
    """Find the bookings to come at a place."""
    return await _ids(tx, _OF_PLACE, now, place_id)


async def _ids(tx: Transaction, sql: str, now: datetime, *more: object) -> set[UUID]:
    return {row["id"] for row in await tx.rows(sql, tx.tenant_id, now, *more)}


async def booked(tx: Transaction, now: datetime, booking_ids: Collection[UUID]) -> list[Booked]:
    """Read those of the bookings that are still booked or held, by start."""
    return await tx.all(
        Booked,
        f"""
        SELECT b.id AS booking_id, b.appointment_id, a.starts_at, a.ends_at, o.time_zone,
            m.name AS motive_name, p.name AS place_name, b.state = 'held' AS held,
            COALESCE(n.first_name, '') AS first_name, COALESCE(n.last_name, '') AS last_name,
            COALESCE(r.email, '') AS email, COALESCE(r.phone, '') AS phone,
            EXISTS (SELECT FROM sms_setting s WHERE s.tenant_id = $1 AND s.enabled) AS texted,
            {confidential("b.person_id")} AS confidential
        FROM unnest($3::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (
            SELECT b.id, b.appointment_id, b.person_id, b.state FROM booking b
            WHERE {_BOOKED} AND b.id = wanted.id
            OFFSET 0
        ) b
        CROSS JOIN LATERAL (
            SELECT a.motive_id, a.place_id, a.starts_at, a.ends_at FROM appointment a
            WHERE a.tenant_id = $1 AND a.id = b.appointment_id
            OFFSET 0
        ) a
        JOIN motive m ON m.tenant_id = $1 AND m.id = a.motive_id
        JOIN place p ON p.tenant_id = $1 AND p.id = a.place_id
        JOIN organisation o ON o.tenant_id = $1 AND o.id = p.organisation_id
        LEFT JOIN person n ON n.tenant_id = $1 AND n.id = b.person_id
        LEFT JOIN person r ON r.tenant_id = $1 AND r.id = COALESCE(n.responsible_id, n.id)
        ORDER BY a.starts_at, n.last_name, b.id
        """,
        tx.tenant_id,
        now,
        list(booking_ids),
    )


async def appointments_of(tx: Transaction, booking_ids: Sequence[UUID]) -> list[UUID]:
    """Name the appointments of some bookings."""
    rows = await tx.rows(
        "SELECT DISTINCT appointment_id FROM booking WHERE tenant_id = $1 AND id = ANY ($2::uuid[])",
        tx.tenant_id,
        booking_ids,
    )
    return [row["appointment_id"] for row in rows]


async def archive_motive(
    tx: Transaction, motive_id: UUID, now: datetime, version: str | None = None
) -> bool:
    """Take a motive out of use; False when it is not in use here, or no longer of that version."""
    freed_or_taken(tx)
    return bool(
        await tx.execute(
            """
            UPDATE motive SET archived_at = $3
            WHERE tenant_id = $1 AND id = $2 AND archived_at IS NULL
                AND ($4::text IS NULL OR xmin::text = $4)
            """,
            tx.tenant_id,
            motive_id,
            now,
            version,
        )
    )


async def set_duration(tx: Transaction, motive_id: UUID, minutes: int) -> bool:
    """Change a motive's duration; False when it is not in use here."""
    freed_or_taken(tx)
    return bool(
        await tx.execute(
            """
            UPDATE motive SET duration_minutes = $3
            WHERE tenant_id = $1 AND id = $2 AND archived_at IS NULL
            """,
            tx.tenant_id,
            motive_id,
            minutes,
        )
    )

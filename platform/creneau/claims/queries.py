"""The statements that take and free time and seats (C-22, C-24).

One order of locks for everybody, so that nobody waits in a circle: the appointments that change by
id, the person, resources by id, allocations. A claim of a single resource takes no lock before its
INSERT and waits for nothing after it. The appointment of a hold that ran out comes after the
resources, and is therefore passed over when somebody else is at it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction


class TimeClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A period to take for an appointment, buffers included, in UTC; `held_until` None: for good."""

    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime
    now: datetime
    held_until: datetime | None = None


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """What already takes a resource's time (UTC): an appointment by its motive, or an absence."""

    resource_id: UUID
    resource_label: str
    starts_at: datetime
    ends_at: datetime
    what: str


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A group session as a claim of a seat needs it."""

    id: UUID
    motive_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    state: str


async def take(tx: Transaction, claim: TimeClaim, resource_id: UUID) -> bool:
    """Take a resource's time; False if the exclusion constraint finds it taken.

    Waits for a transaction that is taking the same time, and answers by its outcome.
    """
    freed_or_taken(tx)
    return bool(
        await tx.execute(
            """
            INSERT INTO allocation
                (tenant_id, appointment_id, resource_id, starts_at, ends_at, held_until)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING
            """,
            tx.tenant_id,
            claim.appointment_id,
            resource_id,
            claim.starts_at,
            claim.ends_at,
            claim.held_until,
        )
    )


async def lock_resources(tx: Transaction, resource_ids: Sequence[UUID]) -> None:
    """Make those wait who also need more than one INSERT on one of these resources."""
    await tx.rows(
        """
        SELECT id FROM resource WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
        ORDER BY id FOR NO KEY UPDATE
        """,
        tx.tenant_id,
        list(resource_ids),
    )


async def expired_in_the_way(
    tx: Transaction, claim: TimeClaim, resource_ids: Sequence[UUID]
) -> list[UUID]:
    """List the appointments whose holds ran out and still stand in a claim's way, by id."""
    rows = await tx.rows(
        """
        SELECT DISTINCT appointment_id FROM allocation
        WHERE tenant_id = $1 AND resource_id = ANY ($2::uuid[]) AND active
            AND starts_at > $3::timestamptz - interval '48 hours' AND starts_at < $4::timestamptz
            AND ends_at > $3::timestamptz AND held_until <= $5
        ORDER BY appointment_id
        """,
        tx.tenant_id,
        list(resource_ids),
        claim.starts_at,
        claim.ends_at,
        claim.now,
    )
    return [row["appointment_id"] for row in rows]


async def lock_appointments(tx: Transaction, appointment_ids: Sequence[UUID]) -> None:
    """Lock appointments in the order of their ids; everybody who changes one comes through here."""
    await tx.rows(
        """
        SELECT id FROM appointment WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
        ORDER BY id FOR NO KEY UPDATE
        """,
        tx.tenant_id,
        list(appointment_ids),
    )


async def lock_booked(tx: Transaction, booking_id: UUID, also: Sequence[UUID] = ()) -> None:
    """Lock a booking's appointment, and others with it, in the same order."""
    await tx.rows(
        """
        SELECT id FROM appointment
        WHERE tenant_id = $1 AND id = ANY ($3::uuid[] || ARRAY(
            SELECT appointment_id FROM booking WHERE tenant_id = $1 AND id = $2))
        ORDER BY id FOR NO KEY UPDATE
        """,
        tx.tenant_id,
        booking_id,
        list(also),
    )


async def lock_expired(tx: Transaction, appointment_ids: Sequence[UUID]) -> list[UUID]:
    """Lock those appointments of expired holds that nobody is confirming at this moment."""
    rows = await tx.rows(
        """
        SELECT id FROM appointment WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
        """,
        tx.tenant_id,
        list(appointment_ids),
    )
    return [row["id"] for row in rows]


async def expire(tx: Transaction, appointment_ids: Sequence[UUID], now: datetime) -> None:
    """Free the time of locked appointments whose hold is over by `now`; others stay as they are."""
    freed_or_taken(tx)
    await tx.execute(
        """
        WITH freed AS (
            UPDATE allocation SET active = false
            WHERE tenant_id = $1 AND appointment_id = ANY ($2::uuid[]) AND active
                AND held_until <= $3
            RETURNING appointment_id
        ), over AS (
            UPDATE booking SET state = 'expired'
            WHERE tenant_id = $1 AND state = 'held'
                AND appointment_id IN (SELECT appointment_id FROM freed)
        )
        UPDATE appointment SET state = 'expired'
        WHERE tenant_id = $1 AND id IN (SELECT appointment_id FROM freed)
        """,
        tx.tenant_id,
        list(appointment_ids),
        now,
    )


async def free_time(tx: Transaction, appointment_id: UUID) -> list[UUID]:
    """Free all the time that a locked appointment takes; gives the resources that it took."""
    freed_or_taken(tx)
    rows = await tx.rows(
        """
        UPDATE allocation SET active = false, held_until = NULL
        WHERE tenant_id = $1 AND appointment_id = $2 AND active
        RETURNING resource_id
        """,
        tx.tenant_id,
        appointment_id,
    )
    return sorted(row["resource_id"] for row in rows)


async def leave_time(tx: Transaction, appointment_id: UUID) -> None:
    """Forget the time that a locked appointment takes, because it moves away from it."""
    freed_or_taken(tx)
    await tx.execute(
        "DELETE FROM allocation WHERE tenant_id = $1 AND appointment_id = $2",
        tx.tenant_id,
        appointment_id,
    )


async def hand_over(tx: Transaction, held_id: UUID, appointment_id: UUID, now: datetime) -> bool:
    """Give the time that one locked appointment holds to another one, for good (C-26, C-28).

    Nothing is claimed anew, so that nobody can be quicker; False if the hold was over by `now`.
    """
    freed_or_taken(tx)
    return bool(
        await tx.execute(
            """
            UPDATE allocation SET appointment_id = $3, held_until = NULL
            WHERE tenant_id = $1 AND appointment_id = $2 AND active AND held_until > $4
            """,
            tx.tenant_id,
            held_id,
            appointment_id,
            now,
        )
    )


async def resources_of(tx: Transaction, appointment_id: UUID) -> list[UUID]:
    """Read whose time an appointment takes."""
    rows = await tx.rows(
        """
        SELECT resource_id FROM allocation
        WHERE tenant_id = $1 AND appointment_id = $2 AND active
        """,
        tx.tenant_id,
        appointment_id,
    )
    return [row["resource_id"] for row in rows]


async def lock_session(tx: Transaction, appointment_id: UUID) -> SessionRow | None:
    """Lock a group session, so that its seats are given one after the other."""
    return await tx.one(
        SessionRow,
        """
        SELECT id, motive_id, starts_at, ends_at, capacity, state FROM appointment
        WHERE tenant_id = $1 AND id = $2 AND group_session
        FOR NO KEY UPDATE
        """,
        tx.tenant_id,
        appointment_id,
    )


async def free_seat(tx: Transaction, session: SessionRow, now: datetime) -> int | None:
    """Name the lowest free seat of a locked session; None if it is full (C-24).

    Seats whose hold is over by `now` are freed first.
    """
    freed_or_taken(tx)
    return await tx.value(
        """
        WITH over AS (
            UPDATE booking SET state = 'expired'
            WHERE tenant_id = $1 AND appointment_id = $2 AND state = 'held' AND held_until <= $4
            RETURNING id
        ), taken AS (
            SELECT seat FROM booking
            WHERE tenant_id = $1 AND appointment_id = $2 AND active
                AND id NOT IN (SELECT id FROM over)
        )
        SELECT min(s.seat)
        FROM generate_series(1, COALESCE($3, (SELECT count(*) FROM taken)::integer + 1)) AS s (seat)
        WHERE s.seat NOT IN (SELECT seat FROM taken)
        """,
        tx.tenant_id,
        session.id,
        session.capacity,
        now,
    )


async def conflicts(
    tx: Transaction, resource_ids: Sequence[UUID], claim: TimeClaim
) -> list[Conflict]:
    """Read what takes the time of some resources in a period: appointments, holds, absences."""
    return await tx.all(
        Conflict,
        """
        SELECT c.resource_id, r.label AS resource_label, c.starts_at, c.ends_at, c.what
        FROM (
            SELECT l.resource_id, l.starts_at, l.ends_at, m.name AS what
            FROM allocation l
            JOIN appointment a ON a.tenant_id = l.tenant_id AND a.id = l.appointment_id
            JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
            WHERE l.tenant_id = $1 AND l.active AND l.appointment_id <> $6
                AND (l.held_until IS NULL OR l.held_until > $5)
                AND l.resource_id = ANY ($2::uuid[]) AND l.ends_at > $3 AND l.starts_at < $4
                AND l.starts_at > $3::timestamptz - interval '48 hours'
            UNION ALL
            SELECT o.resource_id, o.starts_at, o.ends_at, b.title
            FROM absence_occurrence o
            JOIN absence b ON b.tenant_id = o.tenant_id AND b.id = o.absence_id
            WHERE o.tenant_id = $1 AND o.resource_id = ANY ($2::uuid[])
                AND o.ends_at > $3 AND o.starts_at < $4
                AND o.starts_at > $3::timestamptz - interval '25 hours'
        ) c
        JOIN resource r ON r.tenant_id = $1 AND r.id = c.resource_id
        ORDER BY c.starts_at, r.label
        """,
        tx.tenant_id,
        list(resource_ids),
        claim.starts_at,
        claim.ends_at,
        claim.now,
        claim.appointment_id,
    )


async def take_over(tx: Transaction, claim: TimeClaim, resource_id: UUID) -> None:
    """Take time that somebody else has as well: a forced overlap (C-27)."""
    freed_or_taken(tx)
    await tx.execute(
        """
        INSERT INTO allocation
            (tenant_id, appointment_id, resource_id, starts_at, ends_at, exclusive)
        VALUES ($1, $2, $3, $4, $5, false)
        """,
        tx.tenant_id,
        claim.appointment_id,
        resource_id,
        claim.starts_at,
        claim.ends_at,
    )

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

from creneau.database import Transaction


class TimeClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A period to take for an appointment, buffers included, in UTC; `held_until` None: for good."""

    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime
    now: datetime
    held_until: datetime | None = None


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


async def keep_time(tx: Transaction, appointment_id: UUID) -> bool:
    """Turn the held time of a locked appointment into taken time; False if there is none left."""
    return bool(
        await tx.execute(
            """
            UPDATE allocation SET held_until = NULL
            WHERE tenant_id = $1 AND appointment_id = $2 AND active
            """,
            tx.tenant_id,
            appointment_id,
        )
    )


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


async def expire_seats(tx: Transaction, appointment_id: UUID, now: datetime) -> None:
    """Free the held seats of a locked session whose hold is over by `now`."""
    await tx.execute(
        """
        UPDATE booking SET state = 'expired'
        WHERE tenant_id = $1 AND appointment_id = $2 AND state = 'held' AND held_until <= $3
        """,
        tx.tenant_id,
        appointment_id,
        now,
    )


async def free_seat(tx: Transaction, session: SessionRow) -> int | None:
    """Name the lowest free seat of a locked session; None if it is full (C-24)."""
    return await tx.value(
        """
        WITH taken AS (
            SELECT seat FROM booking WHERE tenant_id = $1 AND appointment_id = $2 AND active
        )
        SELECT min(s.seat)
        FROM generate_series(1, COALESCE($3, (SELECT count(*) FROM taken)::integer + 1)) AS s (seat)
        WHERE s.seat NOT IN (SELECT seat FROM taken)
        """,
        tx.tenant_id,
        session.id,
        session.capacity,
    )

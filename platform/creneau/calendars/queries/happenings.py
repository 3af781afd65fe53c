"""Statements that read what is on a calendar, step by step: each by the ids that the last one found.

A list of ids is looked up in one pass, whatever the planner expects of a table: joined in one statement,
thousands of appointments took seconds where its statistics were those of a nearly empty one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from creneau.calendars.schemas import Booked, Claimed, Named, Planned, Seats, Taken, Where
from creneau.confidentiality.queries import confidential
from creneau.database import Transaction

Shape = TypeVar("Shape")


async def see_one_moment(tx: Transaction) -> None:
    """Have every step see the same moment; to be said first in a transaction that only reads."""
    await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


async def taken(
    tx: Transaction,
    resource_ids: Sequence[UUID],
    starts_from: datetime,
    starts_before: datetime,
) -> list[Taken]:
    """Read which appointments take time of some agendas, or took it; each part has an index."""
    return await tx.all(
        Taken,
        """
        SELECT l.resource_id, l.appointment_id, true AS active,
            max(uuid_extract_timestamp(l.id)) AS claimed_at
        FROM allocation l
        WHERE l.tenant_id = $1 AND l.resource_id = ANY ($2::uuid[]) AND l.active
            AND l.held_until IS NULL
            AND l.starts_at > $3::timestamptz - interval '48 hours' AND l.starts_at < $4
        GROUP BY l.resource_id, l.appointment_id
        UNION ALL
        SELECT l.resource_id, l.appointment_id, false, max(uuid_extract_timestamp(l.id))
        FROM allocation l
        WHERE l.tenant_id = $1 AND l.resource_id = ANY ($2::uuid[]) AND NOT l.active
            AND l.held_until IS NULL
            AND l.starts_at > $3::timestamptz - interval '48 hours' AND l.starts_at < $4
        GROUP BY l.resource_id, l.appointment_id
        """,
        tx.tenant_id,
        list(resource_ids),
        starts_from,
        starts_before,
    )


async def appointments(
    tx: Transaction, ids: Iterable[UUID], starts_from: datetime, starts_before: datetime
) -> dict[UUID, Planned]:
    """Read some appointments, as far as they touch a time."""
    found = await _of(
        tx,
        Planned,
        """
        SELECT id, motive_id, place_id, starts_at, ends_at, state, sequence, title, group_session
        FROM appointment
        WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND ends_at > $3 AND starts_at < $4
        """,
        ids,
        starts_from,
        starts_before,
    )
    return {one.id: one for one in found}


async def seats(tx: Transaction, appointment_ids: Iterable[UUID]) -> dict[UUID, Seats]:
    """Read how many come to some appointments, and whose booking is the last."""
    found = await _of(
        tx,
        Seats,
        """
        SELECT appointment_id, (array_agg(id ORDER BY id DESC))[1] AS id,
            (array_agg(person_id ORDER BY id DESC))[1] AS person_id,
            (array_agg(state ORDER BY id DESC))[1] AS state,
            count(*) FILTER (WHERE active) AS seats,
            max(confirmed_at) AS confirmed_at, max(ended_at) AS ended_at
        FROM booking
        WHERE tenant_id = $1 AND appointment_id = ANY ($2::uuid[])
            AND state NOT IN ('held', 'expired')
        GROUP BY appointment_id
        """,
        appointment_ids,
    )
    return {one.appointment_id: one for one in found}


async def persons(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, Named]:
    """Read the names of some persons."""
    found = await _of(
        tx,
        Named,
        """
        SELECT id, first_name, last_name FROM person
        WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
        """,
        ids,
    )
    return {one.id: one for one in found}


async def with_relatives(tx: Transaction, person_id: UUID) -> dict[UUID, Named]:
    """Read the names of a person and of those for whom they answer."""
    found = await tx.all(
        Named,
        """
        SELECT id, first_name, last_name FROM person
        WHERE tenant_id = $1 AND (id = $2 OR responsible_id = $2)
        """,
        tx.tenant_id,
        person_id,
    )
    return {one.id: one for one in found}


async def bookings(
    tx: Transaction, person_ids: Iterable[UUID], cancelled_from: datetime
) -> list[Booked]:
    """Read what some persons have booked, and what ended since a moment."""
    return await _of(
        tx,
        Booked,
        """
        SELECT id, appointment_id, person_id, state, active, created_at, confirmed_at, ended_at
        FROM booking
        WHERE tenant_id = $1 AND person_id = ANY ($2::uuid[]) AND state NOT IN ('held', 'expired')
            AND (active OR ended_at IS NULL OR ended_at > $3)
        """,
        person_ids,
        cancelled_from,
    )


async def claims(tx: Transaction, appointment_ids: Iterable[UUID]) -> dict[UUID, Claimed]:
    """Read who is there at some appointments, and since when they are so."""
    found = await _of(
        tx,
        Claimed,
        """
        SELECT appointment_id, max(uuid_extract_timestamp(id)) AS claimed_at,
            COALESCE(array_agg(DISTINCT resource_id) FILTER (WHERE active), '{}') AS resource_ids
        FROM allocation
        WHERE tenant_id = $1 AND appointment_id = ANY ($2::uuid[])
        GROUP BY appointment_id
        """,
        appointment_ids,
    )
    return {one.appointment_id: one for one in found}


async def moves(tx: Transaction, booking_ids: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """Read when some bookings last changed their seat."""
    rows = await tx.rows(
        """
        SELECT subject_id, max(at) AS at FROM history
        WHERE tenant_id = $1 AND subject_kind = 'booking' AND subject_id = ANY ($2::uuid[])
            AND action = 'booking.moved'
        GROUP BY subject_id
        """,
        tx.tenant_id,
        list(booking_ids),
    )
    return {row["subject_id"]: row["at"] for row in rows}


async def kept_quiet(tx: Transaction, pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Find which of some motives are confidential for whom, by the ids of person and motive."""
    wanted = list(set(pairs))
    rows = await tx.rows(
        f"""
        SELECT w.person_id, m.id AS motive_id
        FROM unnest($2::uuid[], $3::uuid[]) AS w (person_id, motive_id)
        JOIN motive m ON m.tenant_id = $1 AND m.id = w.motive_id
        WHERE {confidential("w.person_id")}
        """,
        tx.tenant_id,
        [person_id for person_id, _motive_id in wanted],
        [motive_id for _person_id, motive_id in wanted],
    )
    return {(row["person_id"], row["motive_id"]) for row in rows}


async def labels(tx: Transaction, resource_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Read the names of some resources."""
    rows = await tx.rows(
        "SELECT id, label FROM resource WHERE tenant_id = $1 AND id = ANY ($2::uuid[])",
        tx.tenant_id,
        list(set(resource_ids)),
    )
    return {row["id"]: row["label"] for row in rows}


async def wheres(
    tx: Transaction, pairs: Iterable[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Where]:
    """Read what appointments are for, and where: by the ids of their motive and their place."""
    wanted = list(set(pairs))
    found = await tx.all(
        Where,
        """
        SELECT m.id AS motive_id, p.id AS place_id, m.name AS motive_name, m.location_type,
            o.time_zone, p.name AS place_name, p.address, p.access_information, p.phone
        FROM unnest($2::uuid[], $3::uuid[]) AS w (motive_id, place_id)
        JOIN motive m ON m.tenant_id = $1 AND m.id = w.motive_id
        JOIN place p ON p.tenant_id = $1 AND p.id = w.place_id
        JOIN organisation o ON o.tenant_id = $1 AND o.id = p.organisation_id
        """,
        tx.tenant_id,
        [motive_id for motive_id, _place_id in wanted],
        [place_id for _motive_id, place_id in wanted],
    )
    return {(one.motive_id, one.place_id): one for one in found}


async def _of(
    tx: Transaction, shape: type[Shape], sql: str, ids: Iterable[UUID], *more: Any
) -> list[Shape]:
    return await tx.all(shape, sql, tx.tenant_id, list(set(ids)), *more)

"""The statements of prescriptions."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID

from creneau.contributions import StatisticsAsked
from creneau.database import Transaction

from creneau_digital_aid.schemas import (
    PrescribedBooking,
    PrescribedSort,
    PrescribedWanted,
    Prescriber,
    Prescription,
    StructureCount,
)

Agendas = Sequence[UUID]


async def keep(tx: Transaction, booking_id: UUID, prescriber: Prescriber) -> None:
    """Keep who booked; said again for the same booking, the last word counts."""
    await tx.execute(
        """
        INSERT INTO digital_aid.prescription
            (tenant_id, booking_id, name, structure, email, phone, locale)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (tenant_id, booking_id) DO UPDATE
            SET name = excluded.name, structure = excluded.structure, email = excluded.email,
                phone = excluded.phone, locale = excluded.locale
        """,
        tx.tenant_id,
        booking_id,
        prescriber.name,
        prescriber.structure,
        prescriber.email,
        prescriber.phone,
        prescriber.locale,
    )


async def of_booking(tx: Transaction, booking_id: UUID) -> Prescription | None:
    """Read who booked; None when the learner did."""
    return await tx.one(
        Prescription,
        """
        SELECT booking_id, name, structure, email, phone, locale, created_at
        FROM digital_aid.prescription
        WHERE tenant_id = $1 AND booking_id = $2
        """,
        tx.tenant_id,
        booking_id,
    )


async def of_bookings(tx: Transaction, booking_ids: Sequence[UUID]) -> list[Prescription]:
    """Read who booked, for those of some bookings that a learner did not make."""
    return await tx.all(
        Prescription,
        """
        SELECT booking_id, name, structure, email, phone, locale, created_at
        FROM digital_aid.prescription
        WHERE tenant_id = $1 AND booking_id = ANY ($2)
        """,
        tx.tenant_id,
        list(booking_ids),
    )


async def of_person(tx: Transaction, person_id: UUID) -> list[Prescription]:
    """Read who booked for a person, oldest first."""
    return await tx.all(
        Prescription,
        """
        SELECT p.booking_id, p.name, p.structure, p.email, p.phone, p.locale, p.created_at
        FROM digital_aid.prescription p
        JOIN booking b ON b.tenant_id = p.tenant_id AND b.id = p.booking_id
        WHERE p.tenant_id = $1 AND b.person_id = $2
        ORDER BY p.id
        """,
        tx.tenant_id,
        person_id,
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    """Delete who booked for a person."""
    await tx.execute(
        """
        DELETE FROM digital_aid.prescription p
        USING booking b
        WHERE p.tenant_id = $1 AND b.tenant_id = $1 AND b.id = p.booking_id AND b.person_id = $2
        """,
        tx.tenant_id,
        person_id,
    )


_PRESCRIBED: Final = """
    SELECT b.id AS booking_id, b.state, a.starts_at, a.ends_at <= now() AS over, o.time_zone,
        m.name AS motive_name, l.name AS place_name, u.first_name, u.last_name,
        p.name, p.structure, p.email, p.phone, p.locale
"""
_FROM: Final = """
    FROM digital_aid.prescription p
    JOIN booking b ON b.tenant_id = p.tenant_id AND b.id = p.booking_id
    JOIN person u ON u.tenant_id = b.tenant_id AND u.id = b.person_id
    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    JOIN place l ON l.tenant_id = a.tenant_id AND l.id = a.place_id
    JOIN organisation o ON o.tenant_id = l.tenant_id AND o.id = l.organisation_id
    WHERE p.tenant_id = $1
        AND ($3::timestamptz IS NULL OR a.starts_at >= $3)
        AND ($4::timestamptz IS NULL OR a.starts_at < $4)
        AND ($6 = '' OR $6 = CASE WHEN b.state <> 'planned' THEN b.state
            WHEN a.ends_at <= now() THEN 'to_fill' ELSE 'upcoming' END)
        AND NOT EXISTS (
            SELECT FROM unnest($5::text[]) w
            WHERE strpos(unaccent(lower(p.name || ' ' || p.structure)), w) = 0)
        AND EXISTS (
            SELECT FROM allocation t
            WHERE t.tenant_id = a.tenant_id AND t.appointment_id = a.id
                AND t.resource_id = ANY ($2)
                AND t.starts_at <= a.starts_at AND t.ends_at >= a.ends_at
                AND (t.active OR a.state <> 'scheduled'))
"""
_ORDERS: Final[dict[PrescribedSort, str]] = {
    "starts_at": "a.starts_at",
    "learner": "unaccent(lower(u.last_name || ' ' || u.first_name))",
    "motive": "unaccent(lower(m.name))",
    "prescriber": "unaccent(lower(p.name))",
}


async def count_prescribed(tx: Transaction, agendas: Agendas, wanted: PrescribedWanted) -> int:
    """Count the prescribed bookings that are asked for on some agendas."""
    return await tx.value(f"SELECT count(*) {_FROM}", *_asked(tx, agendas, wanted))


async def prescribed(
    tx: Transaction, agendas: Agendas, wanted: PrescribedWanted, limit: int, offset: int
) -> list[PrescribedBooking]:
    """Read a page of the prescribed bookings on some agendas."""
    sql = f"{_ordered(wanted)} LIMIT $7 OFFSET $8"
    return await tx.all(PrescribedBooking, sql, *_asked(tx, agendas, wanted), limit, offset)


async def each_prescribed(
    tx: Transaction,
    agendas: Agendas,
    wanted: PrescribedWanted,
    sink: Callable[[Sequence[PrescribedBooking]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand all of them to a sink, so many at a time."""
    asked = _asked(tx, agendas, wanted)
    await tx.each(PrescribedBooking, _ordered(wanted), *asked, sink=sink, at_once=at_once)


def _asked(tx: Transaction, agendas: Agendas, wanted: PrescribedWanted) -> tuple[object, ...]:
    words = list(wanted.words)
    return (tx.tenant_id, list(agendas), wanted.since, wanted.to, words, wanted.standing)


def _ordered(wanted: PrescribedWanted) -> str:
    way = "DESC" if wanted.descending else "ASC"
    order = f"{_ORDERS[wanted.sort]} {way}, a.starts_at {way}, b.id {way}"
    return f"{_PRESCRIBED} {_FROM} ORDER BY {order}"


async def counts(tx: Transaction, asked: StatisticsAsked) -> list[StructureCount]:
    """Count what prescribers booked in a period, by structure however it is written, within a reach."""
    return await tx.all(
        StructureCount,
        """
        SELECT min(p.structure) AS structure, count(*) AS total,
            count(*) FILTER (WHERE b.state = 'seen') AS seen,
            count(*) FILTER (WHERE b.state IN ('planned', 'waiting', 'to_reschedule')) AS to_come,
            count(*) FILTER (WHERE b.state IN ('cancelled', 'excused')) AS called_off,
            count(*) FILTER (WHERE b.state = 'no_show') AS missed
        FROM digital_aid.prescription p
        JOIN booking b ON b.tenant_id = $1 AND b.id = p.booking_id
            AND b.state NOT IN ('held', 'expired')
        JOIN appointment a ON a.tenant_id = $1 AND a.id = b.appointment_id
            AND a.starts_at >= $2::date::timestamp AT TIME ZONE $4
            AND a.starts_at < ($3::date + 1)::timestamp AT TIME ZONE $4
        JOIN place l ON l.tenant_id = $1 AND l.id = a.place_id
        WHERE p.tenant_id = $1 AND ($5 OR l.organisation_id = ANY ($6::uuid[]) OR EXISTS (
            SELECT FROM allocation t
            WHERE t.tenant_id = $1 AND t.appointment_id = a.id AND t.resource_id = ANY ($7::uuid[])
                AND t.starts_at <= a.starts_at AND t.ends_at >= a.ends_at
                AND (t.active OR a.state <> 'scheduled')))
        GROUP BY unaccent(lower(p.structure))
        ORDER BY total DESC, unaccent(lower(min(p.structure)))
        """,
        tx.tenant_id,
        asked.since,
        asked.to,
        asked.time_zone,
        asked.everything,
        list(asked.organisation_ids),
        list(asked.agent_ids),
    )

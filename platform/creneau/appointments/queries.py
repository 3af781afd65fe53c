"""The statements of appointments and bookings.

What takes time is in `claims.queries`; a hold and its confirmation are in `holds.queries`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from creneau.appointments.schemas import AgendaEntry, Booking, SessionDraft, State
from creneau.availability.changes import freed_or_taken
from creneau.confidentiality.queries import confidential
from creneau.contributions import BookingAttempt
from creneau.database import Transaction
from creneau.refusals import NotFound

BOOKING = f"""
    SELECT b.id, b.appointment_id, a.motive_id, m.name AS motive_name, m.colour, a.place_id,
        p.name AS place_name, b.person_id, b.state, a.starts_at, a.ends_at, o.time_zone, b.seat,
        a.group_session, a.title, b.held_until, b.held_by, b.source, b.accepted_instructions,
        a.sequence, b.created_at, b.confirmed_at, b.extra,
        COALESCE(r.ids, '{{}}') AS resource_ids, COALESCE(r.labels, '{{}}') AS resource_labels,
        a.state AS appointment_state, {confidential("b.person_id")} AS confidential
    FROM booking b
    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
    LEFT JOIN LATERAL (
        -- The last claim's resources: those that are active, or were when the time was freed.
        SELECT array_agg(d.resource_id ORDER BY d.label) AS ids,
            array_agg(d.label ORDER BY d.label) AS labels
        FROM (
        SELECT DISTINCT l.resource_id, s.label
        FROM allocation l
        JOIN resource s ON s.tenant_id = l.tenant_id AND s.id = l.resource_id
        WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id
            AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at
            AND (l.active OR a.state <> 'scheduled')
        ) d
    ) r ON true
"""

_ADDED = """
    WITH made AS (
        INSERT INTO booking (tenant_id, appointment_id, seat, state, held_until, held_by, source)
        VALUES ($1, $2, $3, 'held', $4, $5, $6)
        RETURNING *
    )
""" + BOOKING.replace("FROM booking b", "FROM made b", 1)

ENTRY = BOOKING.replace(
    "a.state AS appointment_state",
    "a.state AS appointment_state, n.first_name, n.last_name, n.phone, n.email",
    1,
).replace(
    "LEFT JOIN LATERAL",
    "LEFT JOIN person n ON n.tenant_id = b.tenant_id AND n.id = b.person_id\n    LEFT JOIN LATERAL",
    1,
)


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A period in UTC."""

    starts_at: datetime
    ends_at: datetime


class PersonCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many bookings for a motive a person has: to come, that local day, that local week."""

    active: int
    same_day: int
    same_week: int


class NewAppointment(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of an appointment found in free time; times are UTC."""

    motive_id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime


class NewBooking(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a held booking; `held_until` is UTC."""

    appointment_id: UUID
    seat: int
    held_until: datetime
    held_by: bytes
    source: str


async def find(tx: Transaction, booking_id: UUID) -> Booking | None:
    """Read one booking with all that its pages show."""
    return await tx.one(
        Booking,
        BOOKING + "WHERE b.tenant_id = $1 AND b.id = $2",
        tx.tenant_id,
        booking_id,
    )


async def of_person(tx: Transaction, person_id: UUID) -> list[Booking]:
    """Read the bookings that a person sees, with their relatives', newest first; no holds.

    What is confidential shows nowhere where others may look (S-08).
    """
    return await tx.all(
        Booking,
        BOOKING
        + f"""
        WHERE b.tenant_id = $1 AND b.state NOT IN ('held', 'expired') AND b.person_id IN (
            SELECT id FROM person WHERE tenant_id = $1 AND (id = $2 OR responsible_id = $2))
            AND NOT {confidential("b.person_id")}
        ORDER BY a.starts_at DESC, b.id
        """,
        tx.tenant_id,
        person_id,
    )


async def agenda(
    tx: Transaction, resource_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[AgendaEntry]:
    """Read the bookings on some agendas in a time, with who comes; holds are left out."""
    return await tx.all(
        AgendaEntry,
        ENTRY
        + """
        WHERE b.tenant_id = $1 AND b.state NOT IN ('held', 'expired')
            AND a.tenant_id = $1 AND a.starts_at >= $3 AND a.starts_at < $4
            AND r.ids && $2::uuid[]
            -- What these agents take, or took: a large tenant has many others at the same time.
            AND a.id IN (
                SELECT l.appointment_id FROM allocation l
                WHERE l.tenant_id = $1 AND l.resource_id = ANY ($2::uuid[]) AND l.active
                    AND l.starts_at > $3::timestamptz - interval '48 hours' AND l.starts_at < $4
                UNION ALL
                SELECT l.appointment_id FROM allocation l
                WHERE l.tenant_id = $1 AND l.resource_id = ANY ($2::uuid[]) AND NOT l.active
                    AND l.held_until IS NULL
                    AND l.starts_at > $3::timestamptz - interval '48 hours' AND l.starts_at < $4)
        ORDER BY a.starts_at, n.last_name, b.id
        """,
        tx.tenant_id,
        list(resource_ids),
        starts_from,
        starts_before,
    )


async def entry(tx: Transaction, booking_id: UUID) -> AgendaEntry | None:
    """Read one booking with who comes."""
    return await tx.one(
        AgendaEntry,
        ENTRY + "WHERE b.tenant_id = $1 AND b.id = $2",
        tx.tenant_id,
        booking_id,
    )


async def by_link(tx: Transaction, digest: bytes) -> tuple[UUID, datetime] | None:
    """Find the booking that a link leads to, and until when (UTC)."""
    rows = await tx.rows(
        "SELECT booking_id, expires_at FROM booking_link WHERE tenant_id = $1 AND digest = $2",
        tx.tenant_id,
        digest,
    )
    return (rows[0]["booking_id"], rows[0]["expires_at"]) if rows else None


async def add_link(tx: Transaction, booking_id: UUID, digest: bytes, expires_at: datetime) -> None:
    """Keep the digest of a link's secret (C-45)."""
    await tx.execute(
        """
        INSERT INTO booking_link (tenant_id, booking_id, digest, expires_at)
        VALUES ($1, $2, $3, $4)
        """,
        tx.tenant_id,
        booking_id,
        digest,
        expires_at,
    )


async def opened_then(
    tx: Transaction,
    motive_id: UUID,
    place_id: UUID | None,
    resource_id: UUID | None,
    starts_at: datetime,
) -> bool:
    """Say whether an opening for the motive covers a moment, whatever is booked in it."""
    return await tx.value(
        """
        SELECT EXISTS (
            SELECT FROM opening_motive m
            JOIN opening_occurrence o ON o.tenant_id = m.tenant_id AND o.opening_id = m.opening_id
            WHERE m.tenant_id = $1 AND m.motive_id = $2 AND o.tenant_id = $1
                AND o.starts_at > $4::timestamptz - interval '25 hours' AND o.starts_at <= $4
                AND o.ends_at > $4 AND ($3::uuid IS NULL OR o.place_id = $3)
                AND ($5::uuid IS NULL OR o.resource_id = $5))
        """,
        tx.tenant_id,
        motive_id,
        place_id,
        starts_at,
        resource_id,
    )


async def add_appointment(tx: Transaction, new: NewAppointment) -> UUID:
    """Add an appointment for one booking."""
    return await tx.value(
        """
        INSERT INTO appointment (tenant_id, motive_id, place_id, starts_at, ends_at)
        VALUES ($1, $2, $3, $4, $5)
        RETURNING id
        """,
        tx.tenant_id,
        new.motive_id,
        new.place_id,
        new.starts_at,
        new.ends_at,
    )


async def add_session(tx: Transaction, draft: SessionDraft) -> UUID:
    """Add a group session, which exists before anybody books it (C-24)."""
    freed_or_taken(tx)
    return await tx.value(
        """
        INSERT INTO appointment
            (tenant_id, motive_id, place_id, starts_at, ends_at, title, capacity, group_session)
        VALUES ($1, $2, $3, $4, $5, $6, $7, true)
        RETURNING id
        """,
        tx.tenant_id,
        draft.motive_id,
        draft.place_id,
        draft.starts_at,
        draft.ends_at,
        draft.title,
        draft.capacity,
    )


async def add_booking(tx: Transaction, new: NewBooking) -> Booking:
    """Add a held booking, and read it, in one statement."""
    freed_or_taken(tx)
    (added,) = await tx.all(
        Booking,
        _ADDED,
        tx.tenant_id,
        new.appointment_id,
        new.seat,
        new.held_until,
        new.held_by,
        new.source,
    )
    return added


async def set_booking_state(tx: Transaction, booking_id: UUID, state: State, now: datetime) -> None:
    """Change a booking's state; an ended one remembers when."""
    freed_or_taken(tx)
    await tx.execute(
        """
        UPDATE booking SET state = $3, held_until = NULL,
            ended_at = CASE WHEN $3 IN ('cancelled', 'excused', 'expired') THEN $4::timestamptz END
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        booking_id,
        state,
        now,
    )


async def move_seat(tx: Transaction, booking_id: UUID, appointment_id: UUID, seat: int) -> None:
    """Put a booking into another session's seat."""
    freed_or_taken(tx)
    await tx.execute(
        """
        UPDATE booking SET appointment_id = $3, seat = $4, state = 'planned'
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        booking_id,
        appointment_id,
        seat,
    )


async def last_span(tx: Transaction, appointment_id: UUID) -> Span:
    """Read the period that an appointment took last, buffers included (UTC)."""
    found = await tx.one(
        Span,
        """
        SELECT starts_at, ends_at FROM allocation
        WHERE tenant_id = $1 AND appointment_id = $2 ORDER BY id DESC LIMIT 1
        """,
        tx.tenant_id,
        appointment_id,
    )
    if found is None:
        raise NotFound
    return found


async def set_seat(tx: Transaction, booking_id: UUID, seat: int) -> None:
    """Change a booking's seat in its session."""
    freed_or_taken(tx)
    await tx.execute(
        "UPDATE booking SET seat = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        booking_id,
        seat,
    )


async def set_appointment_state(tx: Transaction, appointment_id: UUID, state: str) -> None:
    """Change an appointment's state; calendars learn it by the next SEQUENCE."""
    freed_or_taken(tx)
    await tx.execute(
        """
        UPDATE appointment SET state = $3, sequence = sequence + 1
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        appointment_id,
        state,
    )


async def move_appointment(tx: Transaction, appointment_id: UUID, new: NewAppointment) -> None:
    """Give an appointment its new time and place; calendars learn it by the next SEQUENCE."""
    freed_or_taken(tx)
    await tx.execute(
        """
        UPDATE appointment SET starts_at = $3, ends_at = $4, place_id = $5, state = 'scheduled',
            sequence = sequence + 1
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        appointment_id,
        new.starts_at,
        new.ends_at,
        new.place_id,
    )


async def lock_person(tx: Transaction, person_id: UUID) -> None:
    """Let a person's bookings be counted by one transaction at a time."""
    await tx.execute(
        "SELECT FROM person WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
        tx.tenant_id,
        person_id,
    )


async def bookings_of_person(
    tx: Transaction, attempt: BookingAttempt, person_id: UUID
) -> PersonCounts:
    """Count a person's bookings for the motive, without the one that is being judged."""
    counts = await tx.one(
        PersonCounts,
        """
        WITH zone AS (
            SELECT o.time_zone AS name FROM place p
            JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
            WHERE p.tenant_id = $1 AND p.id = $5
        )
        SELECT count(*) FILTER (WHERE a.ends_at > now() AND b.state IN ('planned', 'waiting')) AS active,
            count(*) FILTER (WHERE date_trunc('day', a.starts_at, zone.name)
                                 = date_trunc('day', $6::timestamptz, zone.name)) AS same_day,
            count(*) FILTER (WHERE date_trunc('week', a.starts_at, zone.name)
                                 = date_trunc('week', $6::timestamptz, zone.name)) AS same_week
        FROM zone
        JOIN booking b ON b.tenant_id = $1 AND b.person_id = $2 AND b.active AND b.state <> 'held'
            AND b.id IS DISTINCT FROM $4::uuid
        JOIN appointment a ON a.tenant_id = $1 AND a.id = b.appointment_id AND a.motive_id = $3
        """,
        tx.tenant_id,
        person_id,
        attempt.motive.id,
        attempt.booking_id,
        attempt.place_id,
        attempt.starts_at,
    )
    return counts or PersonCounts(active=0, same_day=0, same_week=0)

"""A hold and its confirmation, each in one statement: what happens most is sent least often.

Each does the same as its steps one after the other (`claims.queries`, `appointments.queries`), in
the order of locks that everybody keeps.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from creneau.appointments.queries import BOOKING, NewAppointment
from creneau.appointments.schemas import Booking
from creneau.availability.changes import freed_or_taken
from creneau.claims.queries import TimeClaim
from creneau.database import Transaction

# The time comes first: where it is taken, nothing is added at all. What leads from it to the
# appointment is compared at the end of the statement, when that is there.
_HELD = """
    WITH new AS MATERIALIZED (
        SELECT uuidv7() AS id
    ), taken AS (
        INSERT INTO allocation
            (tenant_id, appointment_id, resource_id, starts_at, ends_at, held_until)
        SELECT $1, new.id, $4, $7, $8, $9 FROM new
        ON CONFLICT DO NOTHING
        RETURNING *
    ), made AS (
        INSERT INTO appointment (tenant_id, id, motive_id, place_id, starts_at, ends_at)
        SELECT $1, taken.appointment_id, $2, $3, $5, $6 FROM taken
        RETURNING *
    ), seat AS (
        INSERT INTO booking (tenant_id, appointment_id, seat, state, held_until, held_by, source)
        SELECT $1, made.id, 1, 'held', $9, $10, $11 FROM made
        RETURNING *
    )
""" + BOOKING.replace("FROM booking b", "FROM seat b", 1).replace(
    "JOIN appointment a", "JOIN made a", 1
).replace("FROM allocation l", "FROM taken l", 1)

# Both rows are locked: whoever waited reads both as they have become.
_LOCKED = (
    BOOKING
    + """
    WHERE b.tenant_id = $1 AND b.id = $2 AND a.tenant_id = $1
    FOR NO KEY UPDATE OF a, b
    """
)

_CONFIRMED = """
    WITH kept AS (
        UPDATE allocation SET held_until = NULL
        WHERE tenant_id = $1 AND appointment_id = $6 AND active
        RETURNING appointment_id
    ), given AS (
        UPDATE booking SET state = 'planned', person_id = $3, confirmed_at = $5,
            held_until = NULL, accepted_instructions = $4, source = $7,
            accepted_at = CASE WHEN $4::text IS NOT NULL THEN $5::timestamptz END
        WHERE tenant_id = $1 AND id = $2 AND state = 'held' AND held_until > $5::timestamptz
        RETURNING id
    )
    SELECT EXISTS (SELECT FROM given) AND ($6::uuid IS NULL OR EXISTS (SELECT FROM kept))
"""


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """What a confirmation writes; `appointment_id` None: a seat in a session, whose time stays."""

    booking_id: UUID
    appointment_id: UUID | None
    person_id: UUID
    accepted: str | None
    source: str
    at: datetime


async def hold_time(  # noqa: PLR0913, PLR0917 - the columns of three rows
    tx: Transaction,
    new: NewAppointment,
    claim: TimeClaim,
    resource_id: UUID,
    held_by: bytes,
    source: str,
) -> Booking | None:
    """Take a resource's time for a new appointment, and hold its seat; None if it is taken.

    Waits for a transaction that is taking the same time, and answers by its outcome.
    """
    freed_or_taken(tx)
    return await tx.one(
        Booking,
        _HELD,
        tx.tenant_id,
        new.motive_id,
        new.place_id,
        resource_id,
        new.starts_at,
        new.ends_at,
        claim.starts_at,
        claim.ends_at,
        claim.held_until,
        held_by,
        source,
    )


async def find_locked(tx: Transaction, booking_id: UUID) -> Booking | None:
    """Lock a booking with its appointment, and read it."""
    return await tx.one(Booking, _LOCKED, tx.tenant_id, booking_id)


async def confirm(tx: Transaction, given: Confirmed) -> bool:
    """Give a held seat to a person, and its time for good; False if the hold was over by then.

    The appointment is locked. Where it is False, what was changed has to be rolled back.
    """
    freed_or_taken(tx)
    return await tx.value(
        _CONFIRMED,
        tx.tenant_id,
        given.booking_id,
        given.person_id,
        given.accepted,
        given.at,
        given.appointment_id,
        given.source,
    )

"""Statements about receipts (C-82)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.messages.receipts.schemas import (
    AboutBooking,
    Failure,
    NewReceipt,
    Reason,
    Receipt,
    State,
    Trial,
)

_ADD = """
    INSERT INTO message
        (tenant_id, id, about, occasion, booking_id, person_id, agent_id, reader, reader_name,
         channel, address, sequence, resend_of, about_id, state, reason, created_at, settled_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
            CASE WHEN $15::text IS NULL THEN 'queued' ELSE 'set_aside' END, $15, $16,
            CASE WHEN $15::text IS NULL THEN NULL ELSE $16::timestamptz END)
    ON CONFLICT (tenant_id, id) DO NOTHING
"""

_BEGIN = """
    WITH begun AS (
        UPDATE message
        SET attempts = attempts + 1, tried_at = $3, address = COALESCE($4, address)
        WHERE tenant_id = $1 AND id = $2 AND state = 'queued'
        RETURNING attempts
    )
    SELECT (SELECT attempts FROM begun) AS attempts,
           EXISTS (SELECT FROM message WHERE tenant_id = $1 AND id = $2) AS known
"""

_SETTLE = """
    UPDATE message
    SET state = $3, reason = $4, settled_at = $5,
        sent_at = CASE WHEN $3 = 'sent' THEN $5::timestamptz ELSE sent_at END
    WHERE tenant_id = $1 AND id = $2 AND state = 'queued'
"""
# What was written down while its reader was being forgotten keeps nothing of them either.
_BLANK = """
    UPDATE message m SET address = '', reader_name = ''
    FROM person p
    WHERE m.tenant_id = $1 AND m.id = $2
        AND p.tenant_id = $1 AND p.id = m.person_id AND p.erased_at IS NOT NULL
"""

_READ = """
    SELECT m.id, m.about, m.occasion, m.booking_id, m.person_id, m.agent_id, m.reader,
           m.reader_name, m.channel, m.address, m.sequence, m.resend_of, m.about_id, m.state,
           m.reason,
           m.attempts, m.created_at, m.tried_at, m.sent_at, m.settled_at,
           (SELECT count(*) FROM message again
            WHERE again.tenant_id = m.tenant_id AND again.resend_of = m.id)::int AS again,
           (SELECT row.due_at FROM outbox row
            WHERE row.tenant_id = m.tenant_id AND row.id = m.id AND m.state = 'queued'
                AND row.done_at IS NULL AND row.aside_at IS NULL) AS due_at
    FROM message m
    WHERE m.tenant_id = $1
"""


async def add(
    tx: Transaction, message_id: UUID, new: NewReceipt, now: datetime, reason: Reason | None
) -> bool:
    """Keep a receipt and say whether it is new; with a reason it is set aside at once."""
    added = await tx.execute(
        _ADD,
        tx.tenant_id,
        message_id,
        new.about,
        new.occasion,
        new.booking_id,
        new.person_id,
        new.agent_id,
        new.reader,
        new.reader_name,
        new.channel,
        new.address,
        new.sequence,
        new.resend_of,
        new.about_id,
        reason,
        now,
    )
    return added == 1


async def begin(tx: Transaction, message_id: UUID, now: datetime, address: str | None) -> Trial:
    """Count an attempt, which goes to `address`, if another one than when it was announced."""
    trial = await tx.one(Trial, _BEGIN, tx.tenant_id, message_id, now, address)
    if trial is None:
        raise LookupError("a statement without a row")
    return trial


async def settle(
    tx: Transaction, message_id: UUID, state: State, reason: Reason | None, now: datetime
) -> None:
    """Say what became of a message; only what is queued can change."""
    await tx.execute(_SETTLE, tx.tenant_id, message_id, state, reason, now)
    if reason == "no_reader":
        await tx.execute(_BLANK, tx.tenant_id, message_id)


async def note_bounce(
    tx: Transaction, message_id: UUID, reason: Reason, now: datetime
) -> UUID | None:
    """Say that a mail which had left came back; None where there is no such mail."""
    return await tx.value(
        """
        UPDATE message SET state = 'bounced', reason = $3, settled_at = $4
        WHERE tenant_id = $1 AND id = $2 AND state = 'sent' AND channel = 'email'
        RETURNING id
        """,
        tx.tenant_id,
        message_id,
        reason,
        now,
    )


async def note_trouble(tx: Transaction, message_id: UUID, reason: Reason) -> None:
    """Say why the last attempt did not succeed."""
    await tx.execute(
        "UPDATE message SET reason = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'queued'",
        tx.tenant_id,
        message_id,
        reason,
    )


async def settle_lost(tx: Transaction, now: datetime) -> int:
    """Say that what the outbox set aside without a word to its receipt has failed."""
    return await tx.execute(
        """
        UPDATE message m SET state = 'failed', reason = 'trouble', settled_at = $2
        FROM outbox row
        WHERE row.tenant_id = $1 AND row.done_at IS NULL AND row.aside_at IS NOT NULL
            AND m.tenant_id = $1 AND m.id = row.id AND m.state = 'queued'
        """,
        tx.tenant_id,
        now,
    )


async def reopen(tx: Transaction, message_ids: Sequence[UUID]) -> None:
    """Queue again what had failed for good."""
    await tx.execute(
        """
        UPDATE message SET state = 'queued', reason = NULL, settled_at = NULL, attempts = 0
        WHERE tenant_id = $1 AND id = ANY($2) AND state = 'failed'
        """,
        tx.tenant_id,
        list(message_ids),
    )


async def find(tx: Transaction, message_id: UUID) -> Receipt | None:
    """Read one receipt."""
    return await tx.one(Receipt, _READ + "AND m.id = $2", tx.tenant_id, message_id)


async def last_to_agent(tx: Transaction, agent_id: UUID, occasion: str) -> Receipt | None:
    """Read the latest letter of a kind to an agent."""
    sql = _READ + "AND m.agent_id = $2 AND m.about = 'agent' AND m.occasion = $3"
    sql += " ORDER BY m.created_at DESC, m.id DESC LIMIT 1"
    return await tx.one(Receipt, sql, tx.tenant_id, agent_id, occasion)


async def last_about(tx: Transaction, ids: Sequence[UUID]) -> list[Receipt]:
    """Read the latest message about each of some things."""
    sql = f"""
        SELECT DISTINCT ON (about_id) * FROM ({_READ} AND m.about_id = ANY($2)) AS one
        ORDER BY about_id, created_at DESC, id DESC
    """
    return await tx.all(Receipt, sql, tx.tenant_id, list(ids))


async def of_booking(tx: Transaction, booking_id: UUID) -> list[Receipt]:
    """Read every message about a booking, the latest first."""
    sql = _READ + "AND m.booking_id = $2 ORDER BY m.created_at DESC, m.id DESC"
    return await tx.all(Receipt, sql, tx.tenant_id, booking_id)


async def of_person(
    tx: Transaction, person_id: UUID, email: str, booking_ids: Sequence[UUID], most: int
) -> list[Receipt]:
    """Read the messages to a person, about some bookings, and the codes to an address.

    The latest come first; what is about an appointment counts if it is among the bookings.
    """
    sql = (
        _READ
        + """
        AND m.agent_id IS NULL AND (m.booking_id = ANY($4)
            OR ((m.booking_id IS NULL OR m.about = 'waiting') AND m.person_id = $2)
            OR (m.about = 'code' AND m.address = $3 AND $3 <> ''))
        ORDER BY m.created_at DESC, m.id DESC LIMIT $5
        """
    )
    return await tx.all(Receipt, sql, tx.tenant_id, person_id, email, list(booking_ids), most)


async def within(
    tx: Transaction,
    booking_ids: Sequence[UUID],
    resource_ids: Sequence[UUID],
    organisation_ids: Sequence[UUID],
) -> list[AboutBooking]:
    """Name those of some bookings that are on one of these agendas, or in these organisations."""
    return await tx.all(
        AboutBooking,
        """
        SELECT b.id, b.state, m.name AS motive_name, a.starts_at, a.ends_at, a.sequence, o.time_zone
        FROM booking b
        JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
        JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
        JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
        JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
        WHERE b.tenant_id = $1 AND b.id = ANY($2) AND (o.id = ANY($4) OR EXISTS (
            SELECT FROM allocation l
            WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id
                AND l.resource_id = ANY($3)
                AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at
                AND (l.active OR a.state <> 'scheduled')
        ))
        """,
        tx.tenant_id,
        list(booking_ids),
        list(resource_ids),
        list(organisation_ids),
    )


async def booked_by(tx: Transaction, person_id: UUID) -> list[UUID]:
    """List the bookings of a person and of their relatives, and the holds that they were offered."""
    rows = await tx.rows(
        """
        SELECT b.id FROM booking b
        JOIN person p ON p.tenant_id = b.tenant_id AND p.id = b.person_id
        WHERE b.tenant_id = $1 AND b.state NOT IN ('held', 'expired')
            AND (p.id = $2 OR p.responsible_id = $2)
        UNION
        SELECT m.booking_id FROM message m
        WHERE m.tenant_id = $1 AND m.person_id = $2 AND m.about = 'waiting'
            AND m.booking_id IS NOT NULL
        """,
        tx.tenant_id,
        person_id,
    )
    return [row["id"] for row in rows]


async def last_failures(tx: Transaction, addresses: Sequence[str]) -> list[Failure]:
    """Read the last failure for good of each address to which nothing was sent since."""
    return await tx.all(
        Failure,
        """
        SELECT DISTINCT ON (m.address) m.address, m.reason, m.settled_at AS at
        FROM message m
        WHERE m.tenant_id = $1 AND m.address = ANY($2) AND m.state IN ('failed', 'bounced')
            AND NOT EXISTS (
                SELECT FROM message later
                WHERE later.tenant_id = m.tenant_id AND later.address = m.address
                    AND later.state = 'sent' AND later.settled_at > m.settled_at
            )
        ORDER BY m.address, m.settled_at DESC
        """,
        tx.tenant_id,
        list(addresses),
    )


async def all_of_person(tx: Transaction, person_id: UUID) -> list[Receipt]:
    """Read what a person's own copy of the data holds: messages to them and about them."""
    sql = (
        _READ
        + """
        AND (m.person_id = $2 OR (m.reader = 'person' AND m.booking_id IN (
            SELECT b.id FROM booking b WHERE b.tenant_id = $1 AND b.person_id = $2)))
        ORDER BY m.created_at, m.id
        """
    )
    return await tx.all(Receipt, sql, tx.tenant_id, person_id)


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Blank the addresses of whatever was written to a person or about one of their bookings."""
    await tx.execute(
        """
        UPDATE message m SET address = '', reader_name = ''
        WHERE m.tenant_id = $1 AND m.agent_id IS NULL AND (
            m.person_id = $2
            OR m.booking_id IN (
                SELECT b.id FROM booking b WHERE b.tenant_id = $1 AND b.person_id = $2
            )
        )
        """,
        tx.tenant_id,
        person_id,
    )
    # What is on its way to somebody who is forgotten does not leave any more.
    await tx.execute(
        """
        UPDATE message SET state = 'set_aside', reason = 'no_reader', settled_at = now()
        WHERE tenant_id = $1 AND state = 'queued' AND agent_id IS NULL AND (
            person_id = $2
            OR booking_id IN (
                SELECT b.id FROM booking b WHERE b.tenant_id = $1 AND b.person_id = $2
            )
        )
        """,
        tx.tenant_id,
        person_id,
    )
    await tx.execute(
        """
        DELETE FROM message m USING person p
        WHERE p.tenant_id = $1 AND p.id = $2 AND p.email <> ''
            AND m.tenant_id = p.tenant_id AND m.about = 'code' AND m.address = p.email
        """,
        tx.tenant_id,
        person_id,
    )


async def move_person(tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
    """Have what was written to a person lead to the file that theirs is a part of now."""
    await tx.execute(
        "UPDATE message SET person_id = $2 WHERE tenant_id = $1 AND person_id = $3",
        tx.tenant_id,
        kept_id,
        gone_id,
    )


async def forget_passing(tx: Transaction, before: datetime) -> int:
    """Delete receipts of codes, agents' letters and the waiting list from before a moment."""
    return await tx.execute(
        """
        DELETE FROM message WHERE tenant_id = $1 AND about <> 'booking' AND about <> 'invitation'
            AND created_at < $2
        """,
        tx.tenant_id,
        before,
    )

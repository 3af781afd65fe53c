"""Statements about receipts (C-82)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.messages.receipts.schemas import NewReceipt, Reason, Receipt, State, Trial

_ADD = """
    INSERT INTO message
        (tenant_id, id, about, occasion, booking_id, person_id, agent_id, reader, reader_name,
         channel, address, sequence, resend_of, state, reason, created_at, settled_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
            CASE WHEN $14::text IS NULL THEN 'queued' ELSE 'set_aside' END, $14, $15,
            CASE WHEN $14::text IS NULL THEN NULL ELSE $15::timestamptz END)
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

_READ = """
    SELECT m.id, m.about, m.occasion, m.booking_id, m.person_id, m.agent_id, m.reader,
           m.reader_name, m.channel, m.address, m.sequence, m.resend_of, m.state, m.reason,
           m.attempts, m.created_at, m.tried_at, m.sent_at, m.settled_at,
           (SELECT count(*) FROM message again
            WHERE again.tenant_id = m.tenant_id AND again.resend_of = m.id)::int AS again
    FROM message m
    WHERE m.tenant_id = $1
"""


async def add(
    tx: Transaction, message_id: UUID, new: NewReceipt, now: datetime, reason: Reason | None
) -> None:
    """Keep a receipt, once for each id; with a reason it is set aside at once."""
    await tx.execute(
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
        reason,
        now,
    )


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


async def note_trouble(tx: Transaction, message_id: UUID, reason: Reason) -> None:
    """Say why the last attempt did not succeed."""
    await tx.execute(
        "UPDATE message SET reason = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'queued'",
        tx.tenant_id,
        message_id,
        reason,
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


async def of_booking(tx: Transaction, booking_id: UUID) -> list[Receipt]:
    """Read every message about a booking, the latest first."""
    sql = _READ + "AND m.booking_id = $2 ORDER BY m.created_at DESC, m.id DESC"
    return await tx.all(Receipt, sql, tx.tenant_id, booking_id)


async def of_person(
    tx: Transaction, person_id: UUID, emails: Sequence[str], most: int
) -> list[Receipt]:
    """Read the messages to a person, about them, and the codes to their address, latest first."""
    sql = (
        _READ
        + """
        AND (m.person_id = $2
            OR m.booking_id IN (SELECT b.id FROM booking b WHERE b.tenant_id = $1 AND b.person_id = $2)
            OR (m.about = 'code' AND m.address = ANY($3)))
        ORDER BY m.created_at DESC, m.id DESC LIMIT $4
        """
    )
    return await tx.all(Receipt, sql, tx.tenant_id, person_id, list(emails), most)


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


async def forget_passing(tx: Transaction, before: datetime) -> int:
    """Delete receipts of codes, agents' letters and the waiting list from before a moment."""
    return await tx.execute(
        "DELETE FROM message WHERE tenant_id = $1 AND about <> 'booking' AND created_at < $2",
        tx.tenant_id,
        before,
    )

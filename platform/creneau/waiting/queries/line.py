"""The statements of the waiting list.

Locks: the line of the tenant, then the entry; what the engine locks comes after both. Whoever frees
time takes neither, so that nobody waits in a circle.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from creneau.confidentiality.queries import confidential
from creneau.database import Transaction
from creneau.waiting.rules import Seen
from creneau.waiting.schemas import (
    Entry,
    EntryState,
    InLine,
    WaitingRequest,
    WaitingRule,
)

_ENTRY = """
    SELECT id, person_id, motive_id, place_id, wanted_before, state, requested_at, ends_at
    FROM waiting_entry
"""
# The appointment for the motive that the person has already, which an accepted offer moves.
_OWN_BOOKING = """
    SELECT b.id, a.starts_at
    FROM booking b
    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    WHERE b.tenant_id = $1 AND b.person_id = {person} AND a.motive_id = {motive}
        AND b.state IN ('planned', 'to_reschedule') AND a.starts_at > $2
    ORDER BY a.starts_at, b.id LIMIT 1
"""

_LINE = f"""
    SELECT e.id, e.person_id, e.motive_id, e.place_id, own.id AS booking_id,
        own.starts_at AS booked_at, LEAST(e.wanted_before, own.starts_at) AS before
    FROM waiting_entry e
    JOIN motive m ON m.tenant_id = e.tenant_id AND m.id = e.motive_id
    LEFT JOIN LATERAL (
        {_OWN_BOOKING.format(person="e.person_id", motive="e.motive_id")}
    ) own ON true
    WHERE e.tenant_id = $1 AND e.state = 'waiting' AND e.ends_at > $2
        AND m.audience = 'everyone' AND m.archived_at IS NULL
        AND NOT {confidential("e.person_id")}
        AND COALESCE((
            SELECT r.open FROM waiting_rule r
            WHERE r.tenant_id = e.tenant_id AND (r.motive_id = e.motive_id OR r.motive_id IS NULL)
            ORDER BY r.motive_id NULLS LAST LIMIT 1
        ), true)
    ORDER BY e.requested_at, e.id
"""


class OwnBooking(msgspec.Struct, frozen=True, kw_only=True):
    """The appointment that somebody has for a motive; its start is UTC."""

    id: UUID
    starts_at: datetime


async def lock_line(tx: Transaction) -> None:
    """Let the line be joined and served by one transaction of the tenant at a time."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('waiting line ' || $1::text, 0))",
        str(tx.tenant_id),
    )


async def anyone_waits(tx: Transaction) -> bool:
    """Say whether anybody of the tenant waits, with or without an offer."""
    return await tx.value(
        """
        SELECT EXISTS (SELECT FROM waiting_entry
                       WHERE tenant_id = $1 AND state IN ('waiting', 'offered'))
        """,
        tx.tenant_id,
    )


async def number_waiting(tx: Transaction, motive_id: UUID) -> int:
    """Count who waits for a motive, with or without an offer."""
    return await tx.value(
        """
        SELECT count(*) FROM waiting_entry
        WHERE tenant_id = $1 AND motive_id = $2 AND state IN ('waiting', 'offered')
        """,
        tx.tenant_id,
        motive_id,
    )


async def rule_of(tx: Transaction, motive_id: UUID | None) -> WaitingRule:
    """Read a motive's rule, else the tenant's own, else what everybody begins with."""
    found = await tx.one(
        WaitingRule,
        """
        SELECT open, offer_minutes FROM waiting_rule
        WHERE tenant_id = $1 AND (motive_id = $2 OR motive_id IS NULL)
        ORDER BY motive_id NULLS LAST LIMIT 1
        """,
        tx.tenant_id,
        motive_id,
    )
    return found or WaitingRule()


async def set_rule(tx: Transaction, motive_id: UUID | None, rule: WaitingRule) -> None:
    """Keep the rule of a motive, or (without one) of the tenant."""
    await tx.execute(
        """
        INSERT INTO waiting_rule (tenant_id, motive_id, open, offer_minutes)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, motive_id)
        DO UPDATE SET open = excluded.open, offer_minutes = excluded.offer_minutes
        """,
        tx.tenant_id,
        motive_id,
        rule.open,
        rule.offer_minutes,
    )


async def line(tx: Transaction, now: datetime) -> list[InLine]:
    """Read who waits without an offer, in the order in which they asked."""
    return await tx.all(InLine, _LINE, tx.tenant_id, now)


async def seen_by_line(tx: Transaction) -> set[Seen]:
    """Read what those who wait were offered before."""
    rows = await tx.rows(
        """
        SELECT o.entry_id, o.place_id, o.starts_at
        FROM waiting_entry e
        JOIN waiting_offer o ON o.tenant_id = e.tenant_id AND o.entry_id = e.id
        WHERE e.tenant_id = $1 AND e.state = 'waiting'
        """,
        tx.tenant_id,
    )
    return {Seen(*row) for row in rows}


async def zones(tx: Transaction) -> dict[UUID, str]:
    """Read the time zone of each place (C-15)."""
    rows = await tx.rows(
        """
        SELECT p.id, o.time_zone FROM place p
        JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
        WHERE p.tenant_id = $1
        """,
        tx.tenant_id,
    )
    return {row["id"]: row["time_zone"] for row in rows}


async def own_booking(
    tx: Transaction, person_id: UUID, motive_id: UUID, now: datetime
) -> OwnBooking | None:
    """Read the next appointment that a person has for a motive."""
    sql = _OWN_BOOKING.format(person="$3", motive="$4")
    return await tx.one(OwnBooking, sql, tx.tenant_id, now, person_id, motive_id)


async def add_entry(  # noqa: PLR0913 - what a request is made of
    tx: Transaction,
    request: WaitingRequest,
    person_id: UUID,
    *,
    wanted_before: datetime | None,
    now: datetime,
    ends_at: datetime,
) -> Entry:
    """Put somebody at the end of the locked line, whatever the clocks of the servers say."""
    added = await tx.value(
        """
        INSERT INTO waiting_entry
            (tenant_id, person_id, motive_id, place_id, wanted_before, requested_at, ends_at)
        VALUES ($1, $2, $3, $4, $5,
            GREATEST($6::timestamptz, (SELECT max(requested_at) + interval '1 microsecond'
                                       FROM waiting_entry
                                       WHERE tenant_id = $1 AND state IN ('waiting', 'offered'))),
            $7)
        RETURNING id
        """,
        tx.tenant_id,
        person_id,
        request.motive_id,
        request.place_id,
        wanted_before,
        now,
        ends_at,
    )
    entry = await find_entry(tx, added)
    if entry is None:
        raise LookupError("an entry that was just added")
    return entry


async def find_entry(tx: Transaction, entry_id: UUID) -> Entry | None:
    """Read one place in the line."""
    return await tx.one(Entry, _ENTRY + "WHERE tenant_id = $1 AND id = $2", tx.tenant_id, entry_id)


async def lock_entry(tx: Transaction, entry_id: UUID) -> Entry | None:
    """Lock one place in the line; its offer changes under this lock only."""
    return await tx.one(
        Entry,
        _ENTRY + "WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
        tx.tenant_id,
        entry_id,
    )


async def entries_of(tx: Transaction, person_id: UUID) -> list[Entry]:
    """Read what a person waits for, the oldest request first."""
    return await tx.all(
        Entry,
        _ENTRY
        + """
        WHERE tenant_id = $1 AND person_id = $2 AND state IN ('waiting', 'offered')
        ORDER BY requested_at, id
        """,
        tx.tenant_id,
        person_id,
    )


async def all_entries_of(tx: Transaction, person_id: UUID) -> list[Entry]:
    """Read all that a person ever waited for, the oldest request first."""
    return await tx.all(
        Entry,
        _ENTRY + "WHERE tenant_id = $1 AND person_id = $2 ORDER BY requested_at, id",
        tx.tenant_id,
        person_id,
    )


async def set_state(tx: Transaction, entry_id: UUID, state: EntryState, now: datetime) -> None:
    """Change a locked entry's state; a closed one remembers when."""
    await tx.execute(
        """
        UPDATE waiting_entry SET state = $3,
            closed_at = CASE WHEN $3 NOT IN ('waiting', 'offered') THEN $4::timestamptz END
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        entry_id,
        state,
        now,
    )


async def close_over(tx: Transaction, now: datetime) -> None:
    """Close the waits whose time is over."""
    await tx.execute(
        """
        UPDATE waiting_entry SET state = 'over', closed_at = $2
        WHERE tenant_id = $1 AND state = 'waiting' AND ends_at <= $2
        """,
        tx.tenant_id,
        now,
    )

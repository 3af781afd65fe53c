"""The statements of offers, and of the links in messages about them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.waiting.schemas import Entry, Offer, OfferState

_OFFER = """
    SELECT id, entry_id, booking_id, place_id, starts_at, held_until, state FROM waiting_offer
"""


async def add_offer(tx: Transaction, entry_id: UUID, offered: Offer, now: datetime) -> None:
    """Keep an offer beside the hold that it stands for."""
    await tx.execute(
        """
        INSERT INTO waiting_offer
            (tenant_id, id, entry_id, booking_id, place_id, starts_at, held_until, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        tx.tenant_id,
        offered.id,
        entry_id,
        offered.booking_id,
        offered.place_id,
        offered.starts_at,
        offered.held_until,
        now,
    )


async def find_offer(tx: Transaction, offer_id: UUID) -> Offer | None:
    """Read one offer."""
    return await tx.one(Offer, _OFFER + "WHERE tenant_id = $1 AND id = $2", tx.tenant_id, offer_id)


async def still_current(tx: Transaction, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Name those of some ids that are an open offer, or somebody's place in the line."""
    rows = await tx.rows(
        """
        SELECT id FROM waiting_offer
        WHERE tenant_id = $1 AND id = ANY($2) AND state = 'open' AND held_until > $3
        UNION ALL
        SELECT id FROM waiting_entry
        WHERE tenant_id = $1 AND id = ANY($2) AND state IN ('waiting', 'offered')
        """,
        tx.tenant_id,
        list(ids),
        now,
    )
    return {row["id"] for row in rows}


async def last_offer(tx: Transaction, entry_id: UUID) -> Offer | None:
    """Read the latest offer that somebody got."""
    return await tx.one(
        Offer,
        _OFFER + "WHERE tenant_id = $1 AND entry_id = $2 ORDER BY made_at DESC, id DESC LIMIT 1",
        tx.tenant_id,
        entry_id,
    )


async def answer_offer(
    tx: Transaction, offer: Offer, state: OfferState, now: datetime, booking_id: UUID | None = None
) -> None:
    """Close an open offer of a locked entry, with the appointment that came of it."""
    await tx.execute(
        """
        UPDATE waiting_offer SET state = $3, answered_at = $4, booking_id = COALESCE($5, booking_id)
        WHERE tenant_id = $1 AND id = $2 AND state = 'open'
        """,
        tx.tenant_id,
        offer.id,
        state,
        now,
        booking_id,
    )


async def ends_of_holds(tx: Transaction, now: datetime) -> list[datetime]:
    """Read the minutes by which the visitors' holds that run now will be over."""
    rows = await tx.rows(
        """
        SELECT DISTINCT date_trunc('minute', b.held_until) + interval '1 minute' AS minute
        FROM booking b
        WHERE b.tenant_id = $1 AND b.state = 'held' AND b.held_until > $2
            AND NOT EXISTS (SELECT FROM waiting_offer o
                            WHERE o.tenant_id = $1 AND o.booking_id = b.id AND o.state = 'open')
        ORDER BY minute
        """,
        tx.tenant_id,
        now,
    )
    return [row["minute"] for row in rows]


async def add_link(tx: Transaction, entry: Entry, digest: bytes, expires_at: datetime) -> None:
    """Keep the digest of a link's secret (C-45)."""
    await tx.execute(
        "INSERT INTO waiting_link (tenant_id, entry_id, digest, expires_at) VALUES ($1, $2, $3, $4)",
        tx.tenant_id,
        entry.id,
        digest,
        expires_at,
    )


async def by_link(tx: Transaction, digest: bytes) -> tuple[UUID, datetime] | None:
    """Find the place in line that a link leads to, and until when (UTC)."""
    rows = await tx.rows(
        "SELECT entry_id, expires_at FROM waiting_link WHERE tenant_id = $1 AND digest = $2",
        tx.tenant_id,
        digest,
    )
    return (rows[0]["entry_id"], rows[0]["expires_at"]) if rows else None


async def forget(tx: Transaction, person_id: UUID, now: datetime) -> None:
    """Close what a person waits for, and forget their links; a running offer ends by itself."""
    await tx.execute(
        """
        DELETE FROM waiting_link l USING waiting_entry e
        WHERE e.tenant_id = $1 AND e.person_id = $2 AND l.tenant_id = $1 AND l.entry_id = e.id
        """,
        tx.tenant_id,
        person_id,
    )
    await tx.execute(
        """
        UPDATE waiting_entry SET state = 'left', closed_at = $3
        WHERE tenant_id = $1 AND person_id = $2 AND state IN ('waiting', 'offered')
        """,
        tx.tenant_id,
        person_id,
        now,
    )


async def move_person(tx: Transaction, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Have what a person waits for lead to the file that theirs is a part of now.

    For a motive that both wait for, the request with a running offer stays, or else the older one.
    """
    await tx.execute(
        """
        WITH left_over AS (
            UPDATE waiting_entry SET state = 'left', closed_at = $4
            WHERE tenant_id = $1 AND id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER (
                        PARTITION BY motive_id ORDER BY state = 'offered' DESC, requested_at, id
                    ) AS place
                    FROM waiting_entry
                    WHERE tenant_id = $1 AND person_id IN ($2, $3)
                        AND state IN ('waiting', 'offered')
                ) standing WHERE place > 1
            )
            RETURNING id
        )
        UPDATE waiting_offer o SET state = 'declined', answered_at = $4
        FROM left_over WHERE o.tenant_id = $1 AND o.entry_id = left_over.id AND o.state = 'open'
        """,
        tx.tenant_id,
        kept_id,
        gone_id,
        now,
    )
    await tx.execute(
        "UPDATE waiting_entry SET person_id = $2 WHERE tenant_id = $1 AND person_id = $3",
        tx.tenant_id,
        kept_id,
        gone_id,
    )

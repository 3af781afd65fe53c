"""Statements about what is sent to each endpoint; the moment is always the caller's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from creneau.database import Transaction
from creneau.webhooks.schemas import Claimed, Delivery, Event, Outcome

_DELIVERY = """
    SELECT id, endpoint_id, event_id, event, body, state, due_at, attempts, last_at, last_status,
        last_error, last_milliseconds, created_at
    FROM webhook_delivery WHERE tenant_id = $1
"""
# A test is sent to an endpoint that is off too: it is tried before it is switched on again.
_DUE = """
    d.state = 'waiting' AND d.due_at <= $2 AND (d.lease_until IS NULL OR d.lease_until < $2)
    AND (e.state = 'on' OR d.event = 'endpoint.test')
"""


async def add(  # noqa: PLR0913 - a row of the table
    tx: Transaction,
    endpoint_ids: Sequence[UUID],
    event_id: UUID,
    event: Event,
    *,
    body: str,
    moment: datetime,
    deadline_at: datetime,
) -> None:
    """Have each endpoint told of an event, once: the same event again adds nothing."""
    await tx.execute(
        """
        INSERT INTO webhook_delivery
            (tenant_id, endpoint_id, event_id, event, body, due_at, deadline_at)
        SELECT $1, endpoint_id, $3, $4, $5, $6, $7 FROM unnest($2::uuid[]) AS endpoint_id
        ON CONFLICT (tenant_id, endpoint_id, event_id) DO NOTHING
        """,
        tx.tenant_id,
        list(endpoint_ids),
        event_id,
        event,
        body,
        moment,
        deadline_at,
    )


async def due_endpoints(tx: Transaction, moment: datetime) -> list[UUID]:
    """Name the endpoints for which something is due, the longest due first."""
    rows = await tx.rows(
        f"""
        SELECT d.endpoint_id FROM webhook_delivery d
        JOIN webhook_endpoint e ON e.tenant_id = d.tenant_id AND e.id = d.endpoint_id
        WHERE d.tenant_id = $1 AND {_DUE}
        GROUP BY d.endpoint_id ORDER BY min(d.due_at)
        """,
        tx.tenant_id,
        moment,
    )
    return [row["endpoint_id"] for row in rows]


async def claim(
    tx: Transaction, endpoint_id: UUID, moment: datetime, lease: timedelta
) -> Claimed | None:
    """Claim the delivery that is due longest, if nobody else has it."""
    return await tx.one(
        Claimed,
        f"""
        UPDATE webhook_delivery w SET lease_until = $4, attempts = w.attempts + 1
        FROM webhook_endpoint t
        WHERE w.tenant_id = $1 AND t.tenant_id = $1 AND t.id = w.endpoint_id AND w.id = (
            SELECT d.id FROM webhook_delivery d
            JOIN webhook_endpoint e ON e.tenant_id = d.tenant_id AND e.id = d.endpoint_id
            WHERE d.tenant_id = $1 AND d.endpoint_id = $3 AND {_DUE}
            ORDER BY d.due_at, d.id LIMIT 1
            FOR UPDATE OF d SKIP LOCKED
        )
        RETURNING w.id, w.endpoint_id, w.event_id, w.event, w.body, w.attempts,
            w.attempts - w.attempts_before AS tried, w.deadline_at, t.address, t.secret,
            CASE WHEN t.previous_until > $2 THEN t.previous_secret END AS previous_secret
        """,
        tx.tenant_id,
        moment,
        endpoint_id,
        moment + lease,
    )


async def note(
    tx: Transaction, claimed: Claimed, outcome: Outcome, moment: datetime, retry_at: datetime | None
) -> bool:
    """Keep what came of a try; without `retry_at` a failed one is the last.

    False when the claim had lapsed, and the delivery is somebody else's: the attempt's number is
    the proof.
    """
    state = "delivered" if not outcome.failure else "dead" if retry_at is None else "waiting"
    touched = await tx.execute(
        """
        UPDATE webhook_delivery
        SET state = $4, due_at = coalesce($5, due_at), lease_until = NULL, last_at = $6,
            last_status = $7, last_error = $8, last_milliseconds = $9
        WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'
        """,
        tx.tenant_id,
        claimed.id,
        claimed.attempts,
        state,
        retry_at,
        moment,
        outcome.status,
        outcome.failure,
        outcome.milliseconds,
    )
    return touched == 1


async def latest(tx: Transaction, endpoint_id: UUID, most: int) -> list[Delivery]:
    """Read the latest deliveries, and the latest dead ones whatever came after them."""
    return await tx.all(
        Delivery,
        f"""
        ({_DELIVERY} AND endpoint_id = $2 ORDER BY id DESC LIMIT $3)
        UNION
        ({_DELIVERY} AND endpoint_id = $2 AND state = 'dead' ORDER BY id DESC LIMIT $3)
        ORDER BY id DESC
        """,
        tx.tenant_id,
        endpoint_id,
        most,
    )


async def find(tx: Transaction, endpoint_id: UUID, delivery_id: UUID) -> Delivery | None:
    """Read one delivery of an endpoint."""
    return await tx.one(
        Delivery,
        _DELIVERY + " AND endpoint_id = $2 AND id = $3",
        tx.tenant_id,
        endpoint_id,
        delivery_id,
    )


async def find_event(tx: Transaction, endpoint_id: UUID, event_id: UUID) -> UUID | None:
    """Find the delivery of an event to an endpoint."""
    return await tx.value(
        """
        SELECT id FROM webhook_delivery
        WHERE tenant_id = $1 AND endpoint_id = $2 AND event_id = $3
        """,
        tx.tenant_id,
        endpoint_id,
        event_id,
    )


async def replay(
    tx: Transaction,
    endpoint_id: UUID,
    moment: datetime,
    deadline_at: datetime,
    only: UUID | None = None,
) -> int:
    """Send dead letters again, all of an endpoint's or one; those under way are left alone."""
    return await tx.execute(
        """
        UPDATE webhook_delivery
        SET state = 'waiting', due_at = $3, deadline_at = $4, attempts_before = attempts
        WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'dead' AND event <> 'endpoint.test'
            AND ($5::uuid IS NULL OR id = $5)
        """,
        tx.tenant_id,
        endpoint_id,
        moment,
        deadline_at,
        only,
    )


async def give_more_time(
    tx: Transaction, endpoint_id: UUID, moment: datetime, deadline_at: datetime
) -> None:
    """Let what waits begin anew, for an endpoint that is switched on again."""
    await tx.execute(
        """
        UPDATE webhook_delivery SET due_at = $3, deadline_at = $4, attempts_before = attempts
        WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'waiting'
            AND event <> 'endpoint.test' AND (lease_until IS NULL OR lease_until < $3)
        """,
        tx.tenant_id,
        endpoint_id,
        moment,
        deadline_at,
    )


async def forget(tx: Transaction, before: datetime) -> int:
    """Delete what was noted before a moment, delivered or not."""
    return await tx.execute(
        "DELETE FROM webhook_delivery WHERE tenant_id = $1 AND created_at < $2",
        tx.tenant_id,
        before,
    )

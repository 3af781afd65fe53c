from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from creneau_infra.outbox.rules import LANES, LEASE, Lane
from creneau_infra.outbox.schemas import Aside, Backlog, Heap, Work
from creneau_infra.postgres.transactions import Transaction

_PUT = """
INSERT INTO outbox (tenant_id, kind, payload, idempotency_key, due_at, lane)
VALUES ($1, $2, $3, $4, coalesce($5, now()), $6)
ON CONFLICT (tenant_id, idempotency_key) DO NOTHING
RETURNING id
"""

_FIND = "SELECT id FROM outbox WHERE tenant_id = $1 AND idempotency_key = $2"

_DUE_LANES = """
SELECT lane FROM unnest($2::text[]) AS lane
WHERE EXISTS (
    SELECT FROM outbox o
    WHERE o.tenant_id = $1 AND o.lane = lane.lane AND o.done_at IS NULL AND o.aside_at IS NULL
        AND o.due_at <= now() AND (o.lease_until IS NULL OR o.lease_until < now())
)
"""

# A locked row is being claimed by somebody else at this moment: it is theirs. A lease that lapsed
# was a worker's that did not live to say how it ended. Chosen once, before: inside the UPDATE
# PostgreSQL may choose anew for each row, passing over those just locked, and claim them all.
_CLAIM = """
WITH next AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE tenant_id = $1 AND lane = $3 AND done_at IS NULL AND aside_at IS NULL
        AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY due_at LIMIT $4
    FOR UPDATE SKIP LOCKED
)
UPDATE outbox o SET lease_until = now() + $2, attempts = o.attempts + 1,
    lapses = CASE WHEN o.lease_until IS NULL THEN 0 ELSE o.lapses + 1 END
FROM next WHERE o.tenant_id = $1 AND o.id = next.id
RETURNING o.id, o.kind, o.payload, o.attempts, o.lapses
"""

# Locked until the claim is committed: several workers take from the same allowance.
_PACE = """
INSERT INTO outbox_pace AS pace (tenant_id, taken_until) VALUES ($1, now())
ON CONFLICT (tenant_id) DO UPDATE SET taken_until = greatest(pace.taken_until, now())
RETURNING extract(epoch FROM taken_until - now())::float8
"""

_TAKE = """
UPDATE outbox_pace SET taken_until = taken_until + $2::interval WHERE tenant_id = $1
"""

# The attempt's number is the proof: after a lapsed lease the row is another worker's.
_DONE = """
UPDATE outbox SET done_at = now(), lease_until = NULL, last_error = NULL, payload = '{}'
WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND done_at IS NULL
"""

_FAILED = """
UPDATE outbox SET due_at = now() + $4::interval, lease_until = NULL, last_error = $5
WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND done_at IS NULL
"""

_ASIDE = """
UPDATE outbox
SET due_at = 'infinity', aside_at = now(), lease_until = NULL, last_error = $4
WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND done_at IS NULL
"""

_LIST_ASIDE = """
SELECT id, kind, coalesce(last_error, '') AS reason, attempts, created_at, aside_at
FROM outbox
WHERE tenant_id = $1 AND done_at IS NULL AND aside_at IS NOT NULL
ORDER BY aside_at DESC, id LIMIT $2
"""

_HEAPS = """
SELECT kind, coalesce(last_error, '') AS reason, count(*) AS rows, max(aside_at) AS latest_at
FROM outbox
WHERE tenant_id = $1 AND done_at IS NULL AND aside_at IS NOT NULL
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""

_RETRY = """
UPDATE outbox
SET due_at = now() + random() * $4::interval, aside_at = NULL, attempts = 0, lapses = 0
WHERE tenant_id = $1 AND done_at IS NULL AND aside_at IS NOT NULL
    AND ($2::uuid[] IS NULL OR id = ANY ($2)) AND ($3::text IS NULL OR kind = $3)
RETURNING id
"""

_BACKLOG = """
SELECT count(*) FILTER (WHERE aside_at IS NULL AND due_at <= now()) AS due,
    count(*) FILTER (WHERE aside_at IS NULL AND due_at <= now() - $2::interval) AS late,
    count(*) FILTER (WHERE aside_at IS NULL AND due_at > now()) AS later,
    count(*) FILTER (WHERE aside_at IS NULL AND last_error IS NOT NULL) AS failing,
    count(*) FILTER (WHERE aside_at IS NOT NULL) AS aside,
    min(due_at) FILTER (WHERE aside_at IS NULL AND due_at <= now()) AS oldest_due_at
FROM outbox WHERE tenant_id = $1 AND done_at IS NULL
"""

_FORGET = """
DELETE FROM outbox
WHERE tenant_id = $1 AND (done_at < now() - $2::interval
    OR (done_at IS NULL AND aside_at < now() - $3::interval))
"""

_SIGN = """
INSERT INTO worker_sign (id, seen_at) VALUES ($1, now())
ON CONFLICT (id) DO UPDATE SET seen_at = now()
"""

_FORGET_SIGNS = "DELETE FROM worker_sign WHERE seen_at < now() - interval '7 days'"
_LAST_SIGN = "SELECT max(seen_at) FROM worker_sign"


async def put(  # noqa: PLR0913, PLR0917 - the columns of the row
    tx: Transaction,
    kind: str,
    payload: dict[str, Any],
    key: str,
    due_at: datetime | None,
    lane: Lane,
) -> UUID | None:
    """Add a row and give its id; None when the key is taken."""
    return await tx.value(_PUT, tx.tenant_id, kind, payload, key, due_at, lane)


async def find(tx: Transaction, key: str) -> UUID:
    """Give the id of the row that has the key."""
    return await tx.value(_FIND, tx.tenant_id, key)


async def due_lanes(tx: Transaction) -> list[Lane]:
    """Name the lanes in which something is due."""
    return [row["lane"] for row in await tx.rows(_DUE_LANES, tx.tenant_id, list(LANES))]


async def claim(tx: Transaction, lane: Lane, most: int) -> list[Work]:
    """Claim up to `most` due rows for the length of the lease, the longest due first."""
    return await tx.all(Work, _CLAIM, tx.tenant_id, LEASE, lane, most)


async def seconds_ahead(tx: Transaction) -> float:
    """Tell how far the messages that left reach beyond now, and keep others from it till commit."""
    return await tx.value(_PACE, tx.tenant_id)


async def take_time(tx: Transaction, seconds: float) -> None:
    """Note that messages take so much of the tenant's time."""
    await tx.execute(_TAKE, tx.tenant_id, timedelta(seconds=seconds))


async def mark_done(tx: Transaction, work: Work) -> None:
    """Close the row and forget its payload, which may have carried a secret or a name."""
    await tx.execute(_DONE, tx.tenant_id, work.id, work.attempts)


async def mark_failed(tx: Transaction, work: Work, error: str, retry_in: timedelta) -> None:
    """Bring the row back after `retry_in`."""
    await tx.execute(_FAILED, tx.tenant_id, work.id, work.attempts, retry_in, error)


async def set_aside(tx: Transaction, work: Work, reason: str) -> None:
    """Keep the row for an operator, who brings it back once the reason is mended."""
    await tx.execute(_ASIDE, tx.tenant_id, work.id, work.attempts, reason)


async def list_aside(tx: Transaction, most: int) -> list[Aside]:
    """List what was set aside, the latest first."""
    return await tx.all(Aside, _LIST_ASIDE, tx.tenant_id, most)


async def heaps(tx: Transaction) -> list[Heap]:
    """Count what was set aside, by kind and reason."""
    return await tx.all(Heap, _HEAPS, tx.tenant_id)


async def retry(
    tx: Transaction, ids: Sequence[UUID] | None, kind: str | None, spread: timedelta
) -> list[UUID]:
    """Bring back what was set aside, within `spread`; None: whatever its id or kind."""
    chosen = None if ids is None else list(ids)
    rows = await tx.rows(_RETRY, tx.tenant_id, chosen, kind, spread)
    return [row["id"] for row in rows]


async def backlog(tx: Transaction, late: timedelta) -> Backlog:
    """Count what waits; late is what has been due for longer than `late`."""
    found = await tx.one(Backlog, _BACKLOG, tx.tenant_id, late)
    assert found is not None  # noqa: S101 - an aggregate always gives one row
    return found


async def forget(tx: Transaction, done: timedelta, aside: timedelta) -> int:
    """Delete what was done, or set aside, longer ago than that."""
    return await tx.execute(_FORGET, tx.tenant_id, done, aside)


async def sign_of_life(tx: Transaction, worker_id: UUID) -> None:
    """Note that a worker lives, and forget those of last week."""
    await tx.execute(_SIGN, worker_id)
    await tx.execute(_FORGET_SIGNS)


async def last_sign(tx: Transaction) -> datetime | None:
    """Tell when any worker gave its last sign of life."""
    return await tx.value(_LAST_SIGN)

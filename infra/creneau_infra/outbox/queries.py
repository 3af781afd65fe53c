from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from creneau_infra.outbox.rules import LEASE
from creneau_infra.outbox.schemas import Work
from creneau_infra.postgres.transactions import Transaction

_PUT = """
INSERT INTO outbox (tenant_id, kind, payload, idempotency_key, due_at)
VALUES ($1, $2, $3, $4, coalesce($5, now()))
ON CONFLICT (tenant_id, idempotency_key) DO NOTHING
RETURNING id
"""

_FIND = "SELECT id FROM outbox WHERE tenant_id = $1 AND idempotency_key = $2"

# A locked row is being claimed by somebody else at this moment: it is theirs.
_CLAIM = """
UPDATE outbox SET lease_until = now() + $2, attempts = attempts + 1
WHERE tenant_id = $1 AND id IN (
    SELECT id FROM outbox
    WHERE tenant_id = $1 AND done_at IS NULL AND due_at <= now()
        AND (lease_until IS NULL OR lease_until < now())
        AND ($3::uuid IS NULL OR id = $3)
    ORDER BY due_at LIMIT $4
    FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, payload, attempts
"""

# The attempt's number is the proof: after a lapsed lease the row is another worker's.
_DONE = """
UPDATE outbox SET done_at = now(), lease_until = NULL, last_error = NULL, payload = '{}'
WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND done_at IS NULL
"""

_FAILED = """
UPDATE outbox
SET due_at = coalesce(now() + $4::interval, 'infinity'), lease_until = NULL, last_error = $5
WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND done_at IS NULL
"""

_FORGET = "DELETE FROM outbox WHERE tenant_id = $1 AND done_at < now() - $2::interval"


async def put(
    tx: Transaction, kind: str, payload: dict[str, Any], key: str, due_at: datetime | None
) -> UUID | None:
    """Add a row and give its id; None when the key is taken."""
    return await tx.value(_PUT, tx.tenant_id, kind, payload, key, due_at)


async def find(tx: Transaction, key: str) -> UUID:
    """Give the id of the row that has the key."""
    return await tx.value(_FIND, tx.tenant_id, key)


async def claim(tx: Transaction, *, most: int, only: UUID | None = None) -> list[Work]:
    """Claim up to `most` due rows for the length of the lease, the longest due first."""
    return await tx.all(Work, _CLAIM, tx.tenant_id, LEASE, only, most)


async def mark_done(tx: Transaction, work: Work) -> None:
    """Close the row and forget its payload, which may have carried a secret or a name."""
    await tx.execute(_DONE, tx.tenant_id, work.id, work.attempts)


async def mark_failed(tx: Transaction, work: Work, error: str, retry_in: timedelta | None) -> None:
    """Bring the row back after `retry_in`; with None it stays, due never, for an operator."""
    await tx.execute(_FAILED, tx.tenant_id, work.id, work.attempts, retry_in, error)


async def forget_done(tx: Transaction, kept: timedelta) -> int:
    """Delete what was done longer ago than `kept`."""
    return await tx.execute(_FORGET, tx.tenant_id, kept)

"""The statements of idempotency: the answer is written in the transaction that it answers for."""

from typing import Any

import msgspec

from creneau.appointments.errors import KeyReused
from creneau.database import Transaction
from creneau.idempotency.schemas import Once


class Kept(msgspec.Struct, frozen=True):
    """What is known of a key."""

    request_digest: bytes
    answer: dict[str, Any] | None


async def answered(tx: Transaction, once: Once | None) -> dict[str, Any] | None:
    """Give the answer that was kept for a key; None claims the key for this transaction.

    A second request with the same key waits here for the first one's end, and holds nothing then.

    Raises:
        KeyReused: the key came with another request.
    """
    if once is None or await _claimed(tx, once):
        return None
    kept = await tx.one(
        Kept,
        "SELECT request_digest, answer FROM idempotency WHERE tenant_id = $1 AND key = $2",
        tx.tenant_id,
        once.key,
    )
    if kept is None or kept.request_digest != once.request_digest:
        raise KeyReused
    return kept.answer


async def _claimed(tx: Transaction, once: Once) -> bool:
    return bool(
        await tx.execute(
            """
            INSERT INTO idempotency (tenant_id, key, request_digest) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            """,
            tx.tenant_id,
            once.key,
            once.request_digest,
        )
    )


async def keep(tx: Transaction, once: Once | None, answer: object) -> None:
    """Keep the answer with its key."""
    if once is None:
        return
    await tx.execute(
        "UPDATE idempotency SET answer = $3::jsonb WHERE tenant_id = $1 AND key = $2",
        tx.tenant_id,
        once.key,
        msgspec.json.encode(answer).decode(),
    )

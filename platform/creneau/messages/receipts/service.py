"""Receipts: written with the message, brought up to date by its delivery, read (C-82)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.clock import now
from creneau_infra.errors import PermanentError
from creneau_infra.outbox import service as outbox
from creneau_infra.outbox.rules import Lane

from creneau.database import Transaction, tenant_transaction
from creneau.messages.receipts import queries
from creneau.messages.receipts.rules import SetAsideError, refusal, trouble
from creneau.messages.receipts.schemas import NewReceipt, Reason, Receipt, State

PASSING_IS_KEPT: Final = timedelta(days=30)
MOST_SHOWN: Final = 100

Payload = msgspec.Struct | dict[str, Any]


async def post(  # noqa: PLR0913 - what the row and its receipt say
    tx: Transaction,
    kind: str,
    payload: Payload,
    receipt: NewReceipt,
    *,
    key: str,
    lane: Lane = "message",
) -> UUID:
    """Have a message sent after the commit, with its receipt; the same key again adds nothing."""
    message_id = await outbox.put(tx, kind, payload, key=key, lane=lane)
    await queries.add(tx, message_id, receipt, now(), None)
    return message_id


async def set_aside(tx: Transaction, message_id: UUID, receipt: NewReceipt, reason: Reason) -> None:
    """Keep that somebody was not written to, and why."""
    await queries.add(tx, message_id, receipt, now(), reason)


async def attempt(
    message_id: UUID, send: Callable[[], Awaitable[None]], address: str | None = None
) -> None:
    """Send a message unless it is settled, and keep what became of it.

    `address` is where it goes now, if that may have changed. What `send` raises comes through, but
    for `SetAsideError`: the outbox tries again later, or never after a `PermanentError`.
    """
    async with tenant_transaction() as tx:
        trial = await queries.begin(tx, message_id, now(), address)
    if trial.known and trial.attempts is None:
        return
    try:
        await send()
    except SetAsideError as aside:
        await _settle(message_id, "set_aside", aside.reason)
    except PermanentError as error:
        await _settle(message_id, "failed", refusal(error))
        raise
    except Exception as error:
        await _note(message_id, error, trial.attempts or 0)
        raise
    else:
        await _settle(message_id, "sent", None)


async def _settle(message_id: UUID, state: State, reason: Reason | None) -> None:
    async with tenant_transaction() as tx:
        await queries.settle(tx, message_id, state, reason, now())


async def _note(message_id: UUID, error: Exception, attempts: int) -> None:
    reason, last = trouble(error, attempts)
    async with tenant_transaction() as tx:
        if last:
            await queries.settle(tx, message_id, "failed", reason, now())
        else:
            await queries.note_trouble(tx, message_id, reason)


async def of_booking(booking_id: UUID) -> list[Receipt]:
    """List every message about a booking, the latest first."""
    async with tenant_transaction() as tx:
        return await queries.of_booking(tx, booking_id)


async def bring_back(
    tenant_id: UUID, *, ids: Sequence[UUID] | None = None, kind: str | None = None
) -> int:
    """Have what the outbox set aside done again, its receipts queued anew, and tell how much."""
    async with tenant_transaction(tenant_id) as tx:
        back = await outbox.retry(tx, ids=ids, kind=kind)
        await queries.reopen(tx, back)
    return len(back)


async def forget_passing(tenant_id: UUID) -> int:
    """Delete a tenant's receipts of codes, letters to agents and the waiting list after a month."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.forget_passing(tx, now() - PASSING_IS_KEPT)

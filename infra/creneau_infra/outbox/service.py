import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog

from creneau_infra.clock import now
from creneau_infra.errors import PermanentError
from creneau_infra.outbox import bell, queries
from creneau_infra.outbox.errors import UnknownKindError
from creneau_infra.outbox.rules import TIME_FOR_A_HANDLER, wait_before
from creneau_infra.outbox.schemas import Handler, Handlers, Work
from creneau_infra.postgres.transactions import (
    Transaction,
    current_tenant_id,
    tenant_transaction,
)

AT_ONCE = 5
"""How many rows of a tenant are worked on together; each may hold a connection."""

TIME_KEPT = timedelta(days=30)
_log = structlog.stdlib.get_logger(__name__)


async def put(
    tx: Transaction,
    kind: str,
    payload: msgspec.Struct | dict[str, Any],
    *,
    key: str,
    due_at: datetime | None = None,
) -> UUID:
    """Have `kind` done once the transaction is committed, at `due_at` (aware) or at once.

    The same `key` again, within the tenant, adds nothing and gives the id of the first.
    """
    plain: dict[str, Any] = msgspec.to_builtins(payload)
    outbox_id = await queries.put(tx, kind, plain, key, due_at)
    if outbox_id is None:
        return await queries.find(tx, key)
    if tx.tenant_id is not None and (due_at is None or due_at <= now()):
        tenant_id = tx.tenant_id
        tx.after_commit(lambda: bell.ring(tenant_id, outbox_id))
    return outbox_id


async def deliver_one(handlers: Handlers, tenant_id: UUID, outbox_id: UUID) -> bool:
    """Do one row's work if it is due and nobody else's; tell whether it was claimed."""
    async with tenant_transaction(tenant_id) as tx:
        claimed = await queries.claim(tx, most=1, only=outbox_id)
    await _work_all(handlers, tenant_id, claimed)
    return bool(claimed)


async def deliver_due(handlers: Handlers, tenant_id: UUID) -> int:
    """Do all of a tenant's work that is due, and tell how many rows were tried."""
    tried = 0
    while claimed := await _claim(tenant_id):
        await _work_all(handlers, tenant_id, claimed)
        tried += len(claimed)
    return tried


async def forget_done(tenant_id: UUID) -> int:
    """Delete the rows that were done over thirty days ago, and tell how many."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.forget_done(tx, TIME_KEPT)


async def _claim(tenant_id: UUID) -> list[Work]:
    async with tenant_transaction(tenant_id) as tx:
        return await queries.claim(tx, most=AT_ONCE)


async def _work_all(handlers: Handlers, tenant_id: UUID, claimed: Sequence[Work]) -> None:
    # No transaction is open here: each handler opens its own, on a connection of its own.
    await asyncio.gather(*(_work(handlers, tenant_id, work) for work in claimed))


async def _work(handlers: Handlers, tenant_id: UUID, work: Work) -> None:
    error = await _attempt(handlers.get(work.kind), tenant_id, work)
    async with tenant_transaction(tenant_id) as tx:
        if error is None:
            await queries.mark_done(tx, work)
            return
        retry_in = None if isinstance(error, PermanentError) else wait_before(work.attempts)
        # The text of an error may name a person; its class does not.
        await queries.mark_failed(tx, work, type(error).__name__, retry_in)


async def _attempt(handler: Handler | None, tenant_id: UUID, work: Work) -> Exception | None:
    token = current_tenant_id.set(tenant_id)
    try:
        if handler is None:
            raise UnknownKindError(work.kind)  # noqa: TRY301 - told and retried like any failure
        async with asyncio.timeout(TIME_FOR_A_HANDLER.total_seconds()):
            await handler(tenant_id, work.id, work.payload)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is kept with its row
        _log.warning("outbox_failed", kind=work.kind, id=str(work.id), exc_info=True)
        return error
    finally:
        current_tenant_id.reset(token)
    return None

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
from creneau_infra.outbox.errors import UnknownKindError, WorkerLostError
from creneau_infra.outbox.rules import (
    LANES,
    MOST_LAPSES,
    TIME_FOR_A_HANDLER,
    Lane,
    room_for,
    seconds_each,
    wait_before,
)
from creneau_infra.outbox.schemas import Aside, Backlog, Handler, Handlers, Heap, Work
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_infra.postgres.transactions import (
    Transaction,
    current_tenant_id,
    directory_transaction,
    tenant_transaction,
)
from creneau_infra.tracebacks import traced

AT_ONCE = 5
"""How many rows are claimed together at most."""

TIME_KEPT = timedelta(days=30)
TIME_KEPT_ASIDE = timedelta(days=90)
LATE = timedelta(minutes=5)
NO_TIME, A_MINUTE = timedelta(), timedelta(minutes=1)
SECONDS_BEFORE_NOTING_AGAIN = 0.5
MOST_NOTINGS = 20
_log = structlog.stdlib.get_logger(__name__)


async def put(  # noqa: PLR0913 - each says something about the row
    tx: Transaction,
    kind: str,
    payload: msgspec.Struct | dict[str, Any],
    *,
    key: str,
    due_at: datetime | None = None,
    lane: Lane = "usual",
) -> UUID:
    """Have `kind` done once the transaction is committed, at `due_at` (aware) or at once.

    The same `key` again, within the tenant, adds nothing and gives the id of the first. The lane
    says who waits for it (`creneau_infra.outbox.rules.Lane`).
    """
    plain: dict[str, Any] = msgspec.to_builtins(payload)
    outbox_id = await queries.put(tx, kind, plain, key, due_at, lane)
    if outbox_id is None:
        return await queries.find(tx, key)
    if tx.tenant_id is not None and (due_at is None or due_at <= now()):
        rung = bell.Ring(tx.tenant_id, lane)
        tx.after_commit(lambda: bell.ring(rung))
    return outbox_id


async def due_lanes(tenant_id: UUID) -> Sequence[Lane]:
    """Name the lanes in which a tenant has work that is due."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.due_lanes(tx)


async def claim(
    tenant_id: UUID, lane: Lane, most: int, *, per_minute: int | None = None
) -> list[Work]:
    """Claim up to `most` due rows of a lane, the longest due first.

    Of messages, no more than the tenant may send `per_minute`; None does not count them.
    """
    async with tenant_transaction(tenant_id) as tx:
        if lane != "message" or per_minute is None:
            return await queries.claim(tx, lane, most)
        room = room_for(await queries.seconds_ahead(tx), per_minute)
        claimed = await queries.claim(tx, lane, min(most, room)) if room else []
        await queries.take_time(tx, len(claimed) * seconds_each(per_minute))
        return claimed


async def deliver_due(handlers: Handlers, tenant_id: UUID) -> int:
    """Do all of a tenant's work that is due, lane by lane, and tell how many rows were tried."""
    tried = 0
    for lane in LANES:
        while claimed := await claim(tenant_id, lane, AT_ONCE):
            await asyncio.gather(*(do(handlers, tenant_id, work) for work in claimed))
            tried += len(claimed)
    return tried


async def do(handlers: Handlers, tenant_id: UUID, work: Work) -> None:
    """Do one claimed row's work, and note how it ended."""
    error = await _attempt(handlers.get(work.kind), tenant_id, work)
    await _note(tenant_id, work, error)


async def _attempt(handler: Handler | None, tenant_id: UUID, work: Work) -> Exception | None:
    if work.lapses >= MOST_LAPSES:
        _log.error("outbox_worker_lost", kind=work.kind, id=str(work.id))
        return WorkerLostError()
    token = current_tenant_id.set(tenant_id)
    try:
        if handler is None:
            raise UnknownKindError(work.kind)  # noqa: TRY301 - told and retried like any failure
        async with asyncio.timeout(TIME_FOR_A_HANDLER.total_seconds()):
            await handler(tenant_id, work.id, work.payload)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is kept with its row
        _log.warning("outbox_failed", kind=work.kind, id=str(work.id), exception=traced(error))
        return error
    finally:
        current_tenant_id.reset(token)
    return None


async def _note(tenant_id: UUID, work: Work, error: Exception | None) -> None:
    # What is done and not noted would be done again: a database that restarts is waited for.
    for _ in range(MOST_NOTINGS - 1):
        try:
            await _note_once(tenant_id, work, error)
        except DatabaseUnavailableError:
            await asyncio.sleep(SECONDS_BEFORE_NOTING_AGAIN)
        else:
            return
    await _note_once(tenant_id, work, error)


async def _note_once(tenant_id: UUID, work: Work, error: Exception | None) -> None:
    async with tenant_transaction(tenant_id) as tx:
        if error is None:
            await queries.mark_done(tx, work)
            return
        hopeless = isinstance(error, (PermanentError, WorkerLostError))
        retry_in = None if hopeless else wait_before(work.attempts)
        # The text of an error may name a person; its class does not.
        reason = type(error).__name__
        if retry_in is None:
            _log.error("outbox_set_aside", kind=work.kind, id=str(work.id), reason=reason)
            await queries.set_aside(tx, work, reason)
        else:
            await queries.mark_failed(tx, work, reason, retry_in)


async def list_aside(tenant_id: UUID, most: int) -> Sequence[Aside]:
    """List a tenant's rows that were set aside, the latest first."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.list_aside(tx, most)


async def heaps(tenant_id: UUID) -> Sequence[Heap]:
    """Count a tenant's rows that were set aside, by kind and reason."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.heaps(tx)


async def retry(
    tx: Transaction, *, ids: Sequence[UUID] | None = None, kind: str | None = None
) -> Sequence[UUID]:
    """Bring rows back that were set aside, all or those chosen, and tell which.

    Many come back over a minute, so that they do not rush at what has just been mended.
    """
    return await queries.retry(tx, ids, kind, NO_TIME if ids else A_MINUTE)


async def backlog(tenant_id: UUID) -> Backlog:
    """Count what waits in a tenant's outbox; what has been due for over five minutes is late."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.backlog(tx, LATE)


async def forget_done(tenant_id: UUID) -> int:
    """Delete what was done over thirty days ago, or set aside over ninety, and tell how many."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.forget(tx, TIME_KEPT, TIME_KEPT_ASIDE)


async def sign_of_life(worker_id: UUID) -> None:
    """Note that a worker lives."""
    async with directory_transaction() as tx:
        await queries.sign_of_life(tx, worker_id)


async def last_sign() -> datetime | None:
    """Tell when any worker gave its last sign of life; None when there never was one."""
    async with directory_transaction() as tx:
        return await queries.last_sign(tx)

"""The outbox's handlers of reminders: rows with a moment to come, looked at again when it is there.

Nothing is taken back when a booking moves or is cancelled: its reminder finds that it is of no use
any more, and says nothing (C-81).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra import clock
from creneau_infra.outbox import service as outbox
from creneau_infra.outbox.schemas import Handler

from creneau.context import Tenant, acting_for
from creneau.database import Transaction, tenant_transaction
from creneau.messages.jobs import announce
from creneau.messages.reminders import queries
from creneau.messages.reminders.events import CHANGED
from creneau.messages.reminders.rules import overtaken, to_come
from creneau.messages.reminders.schemas import Reminded, ReminderDue, RemindersChanged
from creneau.messages.schemas import BookingChange

TenantOf = Callable[[UUID], Awaitable[Tenant]]

REMINDER: Final = "booking.reminder"
PLANS: Final = ("booking.confirmed", "booking.moved", "booking.edited")
AT_ONCE: Final = 500
"""How many bookings are looked at in one piece of work, when a motive reminds at other times."""


def handlers(tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind."""
    work = _Reminders(tenant_of)
    return {
        **dict.fromkeys(PLANS, work.plan),
        CHANGED: work.plan_motive,
        REMINDER: work.remind,
    }


class _Reminders:
    def __init__(self, tenant_of: TenantOf) -> None:
        self._tenant_of = tenant_of

    async def plan(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del row_id
        booking_id = msgspec.convert(payload, BookingChange, strict=False).booking_id
        with acting_for(await self._tenant_of(tenant_id)):
            async with tenant_transaction() as tx:
                found = await queries.reminded(tx, booking_id)
                await _write(tx, [found] if found else [], clock.now())

    async def plan_motive(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        change = msgspec.convert(payload, RemindersChanged, strict=False)
        with acting_for(await self._tenant_of(tenant_id)):
            async with tenant_transaction() as tx:
                await _plan_some(tx, change, row_id)

    async def remind(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        due = msgspec.convert(payload, ReminderDue, strict=False)
        with acting_for(await self._tenant_of(tenant_id)):
            async with tenant_transaction() as tx:
                found = await queries.reminded(tx, due.booking_id)
            if found is not None and _still_useful(due, found, clock.now()):
                change = BookingChange(booking_id=found.id, sequence=found.sequence)
                await announce("reminder", change, row_id)


async def _plan_some(tx: Transaction, change: RemindersChanged, row_id: UUID) -> None:
    now = clock.now()
    found = await queries.reminded_of_motive(tx, change.motive_id, now, change.after, AT_ONCE)
    await _write(tx, found, now)
    if len(found) == AT_ONCE:
        rest = RemindersChanged(motive_id=change.motive_id, after=found[-1].id)
        await outbox.put(tx, CHANGED, rest, key=f"{row_id}:rest")


async def _write(tx: Transaction, bookings: Sequence[Reminded], now: datetime) -> None:
    for booking in bookings:
        for reminder, moment in to_come(booking.starts_at, booking.zone, booking.reminders, now):
            due = ReminderDue(booking_id=booking.id, starts_at=booking.starts_at, reminder=reminder)
            await outbox.put(tx, REMINDER, due, key=due.key, due_at=moment)


def _still_useful(due: ReminderDue, booking: Reminded, now: datetime) -> bool:
    return (
        booking.state == "planned"
        and booking.starts_at == due.starts_at
        and now < booking.starts_at
        and due.reminder in booking.reminders
        and not overtaken(booking.starts_at, booking.zone, due.reminder, booking.reminders, now)
    )

"""Receipts: written with the message, brought up to date by its delivery, read (C-82)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from creneau_infra.clock import now
from creneau_infra.errors import PermanentError
from creneau_infra.outbox import service as outbox
from creneau_infra.outbox.rules import Lane

from creneau.database import Transaction, tenant_transaction
from creneau.messages.receipts import queries
from creneau.messages.receipts.rules import DEAD, SetAsideError, refusal, trouble
from creneau.messages.receipts.schemas import (
    AboutBooking,
    Failure,
    NewReceipt,
    OfPerson,
    Payload,
    Posting,
    Reason,
    Receipt,
    State,
    Within,
)
from creneau.people.schemas import Person
from creneau.refusals import NotAllowed, NotFound
from creneau.sms.errors import SmsRefused

PASSING_IS_KEPT: Final = timedelta(days=30)
MOST_SHOWN: Final = 100


async def post(  # noqa: PLR0913 - what the row and its receipt say
    tx: Transaction,
    kind: str,
    payload: Payload,
    receipt: NewReceipt,
    *,
    key: str,
    lane: Lane = "message",
    due_at: datetime | None = None,
) -> UUID | None:
    """Have a message sent after the commit, with its receipt; None when the key was used before.

    At `due_at` (aware), or at once.
    """
    message_id = await outbox.put(tx, kind, payload, key=key, lane=lane, due_at=due_at)
    return message_id if await queries.add(tx, message_id, receipt, now(), None) else None


async def post_as(
    tx: Transaction, posting: Posting, *, key: str, due_at: datetime | None = None
) -> UUID | None:
    """Have a message sent after the commit, with its receipt; None when the key was used before."""
    kind, payload, receipt = posting.kind, posting.payload, posting.receipt
    return await post(tx, kind, payload, receipt, key=key, due_at=due_at)


async def set_aside(tx: Transaction, message_id: UUID, receipt: NewReceipt, reason: Reason) -> None:
    """Keep that somebody was not written to, and why."""
    await queries.add(tx, message_id, receipt, now(), reason)


async def _nothing() -> Posting | None:
    return None


async def attempt(
    message_id: UUID,
    send: Callable[[], Awaitable[None]],
    address: str | None = None,
    *,
    instead: Callable[[], Awaitable[Posting | None]] = _nothing,
) -> None:
    """Send a message unless it is settled, and keep what became of it.

    `address` is where it goes now, if that may have changed; `instead` gives what is to leave in
    place of an SMS that never will, which is posted with the refusal or not at all. What `send`
    raises comes through, but for `SetAsideError`: the outbox tries again later, or never after a
    `PermanentError`.
    """
    async with tenant_transaction() as tx:
        trial = await queries.begin(tx, message_id, now(), address)
    if trial.known and trial.attempts is None:
        return
    try:
        await send()
    except SetAsideError as aside:
        await _settle(message_id, "set_aside", aside.reason)
    except SmsRefused as error:
        await _settle(message_id, "failed", refusal(error), await instead())
        raise
    except PermanentError as error:
        await _settle(message_id, "failed", refusal(error))
        raise
    except Exception as error:
        await _note(message_id, error, trial.attempts or 0)
        raise
    else:
        await _settle(message_id, "sent", None)


async def _settle(
    message_id: UUID, state: State, reason: Reason | None, instead: Posting | None = None
) -> None:
    async with tenant_transaction() as tx:
        await queries.settle(tx, message_id, state, reason, now())
        if instead is not None:
            await post_as(tx, instead, key=f"{message_id}:instead")


async def _note(message_id: UUID, error: Exception, attempts: int) -> None:
    reason, last = trouble(error, attempts)
    async with tenant_transaction() as tx:
        if last:
            await queries.settle(tx, message_id, "failed", reason, now())
        else:
            await queries.note_trouble(tx, message_id, reason)


async def last_to_agent(agent_id: UUID, occasion: str) -> Receipt | None:
    """Read the latest letter of a kind to an agent; None where none was written within a month."""
    async with tenant_transaction() as tx:
        return await queries.last_to_agent(tx, agent_id, occasion)


async def last_about(ids: Sequence[UUID]) -> dict[UUID, Receipt]:
    """Read the latest message about each of some things, as invitations."""
    async with tenant_transaction() as tx:
        found = await queries.last_about(tx, ids)
    return {one.about_id: one for one in found if one.about_id is not None}


async def of_booking(booking_id: UUID) -> list[Receipt]:
    """List every message about a booking, the latest first."""
    async with tenant_transaction() as tx:
        return await queries.of_booking(tx, booking_id)


async def note_bounce(tenant_id: UUID, message_id: UUID, reason: Reason) -> bool:
    """Mark a tenant's mail as come back, and tell whether there was one that had left."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.note_bounce(tx, message_id, reason, now()) is not None


async def bring_back(
    tenant_id: UUID, *, ids: Sequence[UUID] | None = None, kind: str | None = None
) -> int:
    """Have what the outbox set aside done again, its receipts queued anew, and tell how much."""
    async with tenant_transaction(tenant_id) as tx:
        back = await outbox.retry(tx, ids=ids, kind=kind)
        await queries.reopen(tx, back)
    return len(back)


async def receipt(message_id: UUID) -> Receipt:
    """Read one receipt; raises `NotFound`."""
    async with tenant_transaction() as tx:
        found = await queries.find(tx, message_id)
    if found is None:
        raise NotFound
    return found


async def of_person(person: Person, within: Within) -> OfPerson:
    """List what was written to a person about appointments within reach, and codes to them.

    Raises:
        NotAllowed: No appointment of the person or of a relative is within reach (C-04).
    """
    async with tenant_transaction() as tx:
        booked = await queries.booked_by(tx, person.id)
        bookings = await queries.within(
            tx, booked, list(within.resource_ids), list(within.organisation_ids)
        )
        if not bookings:
            raise NotAllowed
        ids = [booking.id for booking in bookings]
        found = await queries.of_person(tx, person.id, person.email, ids, MOST_SHOWN)
    return OfPerson(receipts=found, bookings={booking.id: booking for booking in bookings})


async def bookings_within(booking_ids: Sequence[UUID], within: Within) -> list[AboutBooking]:
    """Name those of some bookings that are on agendas within reach."""
    async with tenant_transaction() as tx:
        return await queries.within(
            tx, booking_ids, list(within.resource_ids), list(within.organisation_ids)
        )


async def dead_addresses(addresses: Sequence[str]) -> dict[str, Failure]:
    """Tell which of some addresses do not work any more, and why."""
    async with tenant_transaction() as tx:
        found = await queries.last_failures(tx, [one for one in addresses if one])
    return {failure.address: failure for failure in found if failure.reason in DEAD}


async def settle_lost(tenant_id: UUID) -> int:
    """Settle the receipts of what the outbox gave up before an attempt could say how it ended.

    So it is where the worker was lost over a message each time: nobody must be told for ever that it
    leaves in a moment, and it can be sent again.
    """
    async with tenant_transaction(tenant_id) as tx:
        return await queries.settle_lost(tx, now())


async def forget_passing(tenant_id: UUID) -> int:
    """Delete a tenant's receipts of codes, letters to agents and the waiting list after a month."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.forget_passing(tx, now() - PASSING_IS_KEPT)

"""Events are noted for those who are told of them, and sent one by one (T-13)."""

import random
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau_infra import clock, outgoing
from creneau_infra.sealing import SealBrokenError

from creneau.appointments import queries as appointments
from creneau.context import SYSTEM
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.webhooks import events
from creneau.webhooks.calling import call
from creneau.webhooks.queries import deliveries, endpoints
from creneau.webhooks.rules import (
    API_VERSION,
    FAILS_FOR,
    FAILS_TIMES,
    KEPT,
    TEST,
    TRIED_FOR,
    moment_of,
    sequence_of,
    wait_before_next,
)
from creneau.webhooks.schemas import (
    BookingMessage,
    BookingTold,
    Claimed,
    Event,
    Happened,
    Outcome,
    TrialMessage,
)

LEASE = timedelta(seconds=60)
"""Longer than any call: a killed worker's deliveries come back after that."""

GONE = 410


async def note_booking(event: Event, event_id: UUID, happened: Happened) -> None:
    """Note a booking's event for each endpoint that is told of it; twice is as good as once."""
    moment = clock.now()
    async with tenant_transaction() as tx:
        told = await endpoints.listening(tx, event)
        booking = await appointments.find(tx, happened.booking_id) if told else None
        if booking is None:
            return
        zone = ZoneInfo(booking.time_zone)
        shown = BookingTold(
            id=booking.id,
            state=happened.state or booking.state,
            sequence=sequence_of(booking, event_id),
            motive=booking.motive_id,
            place=booking.place_id,
            start=booking.starts_at.astimezone(zone),
            end=booking.ends_at.astimezone(zone),
        )
        message = BookingMessage(
            id=event_id,
            type=event,
            api_version=API_VERSION,
            timestamp=moment_of(event_id),
            data=shown,
        )
        await deliveries.add(
            tx,
            told,
            event_id,
            event,
            body=written(message),
            moment=moment,
            deadline_at=moment + TRIED_FOR,
        )


def written(message: BookingMessage | TrialMessage) -> str:
    """Write a message as it is signed and sent."""
    return msgspec.json.encode(message).decode()


async def due(tenant_id: UUID) -> list[UUID]:
    """Name the endpoints for which something is due, the longest due first."""
    async with tenant_transaction(tenant_id) as tx:
        return await deliveries.due_endpoints(tx, clock.now())


async def deliver_next(
    tenant_id: UUID, endpoint_id: UUID, resolve: outgoing.Resolve = outgoing.resolved
) -> bool:
    """Send what is due longest for an endpoint; False when there is nothing."""
    async with tenant_transaction(tenant_id) as tx:
        claimed = await deliveries.claim(tx, endpoint_id, clock.now(), LEASE)
    if claimed is None:
        return False
    outcome = await _outcome(claimed, resolve)
    async with tenant_transaction(tenant_id) as tx:
        await _note(tx, claimed, outcome)
    return True


async def forget_old(tenant_id: UUID) -> None:
    """Forget what was sent over thirty days ago, and former secrets that sign no more."""
    moment = clock.now()
    async with tenant_transaction(tenant_id) as tx:
        await deliveries.forget(tx, moment - KEPT)
        await endpoints.forget_former_secrets(tx, moment)


async def _outcome(claimed: Claimed, resolve: outgoing.Resolve) -> Outcome:
    try:
        return await call(claimed, resolve)
    except SealBrokenError:
        return Outcome(failure="unsealed", milliseconds=0)


async def _note(tx: Transaction, claimed: Claimed, outcome: Outcome) -> None:
    moment = clock.now()
    if await endpoints.lock(tx, claimed.endpoint_id) is None:
        return
    retry_at = _retry_at(claimed, outcome, moment) if outcome.failure else None
    noted = await deliveries.note(tx, claimed, outcome, moment, retry_at)
    # A test tells whoever pressed the button, and counts for nothing else.
    if not noted or claimed.event == TEST:
        return
    if outcome.failure:
        await _count_failure(tx, claimed.endpoint_id, outcome, moment)
    else:
        await endpoints.note_success(tx, claimed.endpoint_id)


def _retry_at(claimed: Claimed, outcome: Outcome, moment: datetime) -> datetime | None:
    if outcome.status == GONE:
        return None
    chance = random.random()  # noqa: S311 - spreads the load, guards nothing
    asked = timedelta(seconds=outcome.wait)
    wait = wait_before_next(claimed.tried, claimed.deadline_at - moment, chance, asked)
    return None if wait is None else moment + wait


async def _count_failure(
    tx: Transaction, endpoint_id: UUID, outcome: Outcome, moment: datetime
) -> None:
    failing = await endpoints.note_failure(tx, endpoint_id, moment)
    if outcome.status == GONE:
        await _switch_off(tx, endpoint_id, "gone")
    elif (
        failing is not None
        and failing.failures >= FAILS_TIMES
        and moment - failing.failing_since >= FAILS_FOR
    ):
        await _switch_off(tx, endpoint_id, "failing")


async def _switch_off(tx: Transaction, endpoint_id: UUID, why: Literal["failing", "gone"]) -> None:
    if await endpoints.switch_off(tx, endpoint_id, why):
        await history.record(tx, SYSTEM, f"webhook.{why}", "webhook", endpoint_id)
        await events.switched_off(tx, endpoint_id)

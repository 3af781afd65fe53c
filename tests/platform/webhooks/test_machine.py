"""Whatever happens, each event reaches each endpoint at least once, and none after its removal."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, MoveRequest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.refusals import Refusal
from creneau.webhooks import service

from tests.platform.cast import Town
from tests.platform.messages.post import book, free_slots
from tests.platform.webhooks.cast import Workers, endpoint_at, make_due
from tests.platform.webhooks.receiver import Receiver, here

STEPS = 50
STATES = ("waiting", "seen", "no_show", "planned")
Act = Callable[[], Awaitable[None]]


class Machine:
    """Bookings, endpoints and workers at the mercy of chance; remembers who must be told of what."""

    def __init__(
        self, town: Town, workers: Workers, receivers: list[Receiver], choice: random.Random
    ) -> None:
        self.town, self.workers, self.choice = town, workers, choice
        self.spare = receivers
        self.on: dict[UUID, Receiver] = {}
        self.removed: list[tuple[Receiver, int]] = []
        self.expected: dict[UUID, set[UUID]] = {}
        self.bookings: list[Booking] = []
        self.noted = 0

    async def step(self) -> None:
        acts: list[Act] = [
            *[self.books] * 4,
            *[self.changes] * 4,
            *[self.works] * 3,
            *(self.adds, self.removes, self.falters, self.is_killed, self.recovers),
        ]
        await self.choice.choice(acts)()

    async def adds(self) -> None:
        if self.spare:
            await self._notes_all()
            receiver = self.spare.pop()
            made, _secret = await endpoint_at(receiver)
            self.on[made], self.expected[made] = receiver, set()

    async def removes(self) -> None:
        if len(self.on) > 1:
            endpoint_id = self.choice.choice(list(self.on))
            await service.remove(endpoint_id, SYSTEM)
            receiver = self.on.pop(endpoint_id)
            del self.expected[endpoint_id]
            self.removed.append((receiver, len(receiver.received)))

    async def books(self) -> None:
        if await free_slots(self.town.motive):
            self.bookings.append(await book(self.town.motive))

    async def changes(self) -> None:
        if not self.bookings:
            return
        booking = self.choice.choice(self.bookings)
        with contextlib.suppress(Refusal):
            if self.choice.random() < 0.5:
                await appointments.set_state(booking.id, self.choice.choice(STATES), SYSTEM)
            elif self.choice.random() < 0.5:
                slot = self.choice.choice(await free_slots(self.town.motive))
                wanted = MoveRequest(starts_at=slot.starts_at)
                await appointments.move(booking.id, wanted, SYSTEM)
            else:
                await appointments.cancel(booking.id, SYSTEM)

    async def works(self) -> None:
        await self._notes_all()
        await make_due()
        await self.workers.send()

    async def falters(self) -> None:
        receiver = self.choice.choice(list(self.on.values()))
        receiver.cut = self.choice.random() < 0.3
        receiver.says(self.choice.choice([204, 302, 404, 429, 500, 503]))

    async def recovers(self) -> None:
        for receiver in self.on.values():
            receiver.cut = False
            receiver.says(204)

    async def is_killed(self) -> None:
        """Kill a worker while it waits for an answer, and let its claim lapse."""
        await self._notes_all()
        await make_due()
        for endpoint_id in (await service.due(self.workers.tenant_id))[:1]:
            receiver = self.on[endpoint_id]
            receiver.silent = True
            receiver.asked.clear()
            one = asyncio.create_task(
                service.deliver_next(self.workers.tenant_id, endpoint_id, here)
            )
            await receiver.asked.wait()
            one.cancel()
            await asyncio.wait({one})
            receiver.silent = False
        async with tenant_transaction() as tx:
            await tx.execute("UPDATE webhook_delivery SET lease_until = NULL")

    async def ends(self) -> None:
        await self.recovers()
        for _ in range(3):
            await self.works()

    async def _notes_all(self) -> None:
        """Have the outbox worked through; what it held is from now on everybody's due."""
        async with tenant_transaction() as tx:
            rows = await tx.rows(
                "SELECT id FROM outbox WHERE kind LIKE 'booking.%' AND done_at IS NULL"
            )
        await self.workers.note()
        self.noted += len(rows)
        for expected in self.expected.values():
            expected.update(UUID(bytes=row["id"].bytes) for row in rows)


@pytest.mark.feature("T-13")
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_each_event_reaches_each_endpoint_at_least_once_and_none_after_removal(
    open_town: Town,
    receivers: Callable[[], Awaitable[Receiver]],
    workers: Workers,
    seed: int,
) -> None:
    choice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    machine = Machine(open_town, workers, [await receivers() for _ in range(5)], choice)
    await machine.adds()
    for _ in range(STEPS):
        await machine.step()
    await machine.ends()
    assert machine.noted > 5
    for endpoint_id, expected in machine.expected.items():
        assert set(machine.on[endpoint_id].ids) == expected
    for receiver, number in machine.removed:
        assert len(receiver.received) == number

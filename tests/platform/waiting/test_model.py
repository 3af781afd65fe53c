"""The line against a slow and obvious model of it, over seeded chains of events (C-28)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.waiting import service as waiting
from creneau.waiting.schemas import Acceptance

from tests.platform.cast import Town
from tests.platform.planning import nine, open_for, soon
from tests.platform.waiting.cast import Worker, ask, book_as, let_offers_run_out

NAMES = ("Amina", "Basile", "Chloe", "Denis", "Elise", "Farid", "Gaelle")
EVENTS = 80


class Model:
    """Who waits, in order; what is free; who was offered what: nothing else."""

    def __init__(self) -> None:
        self.free: set[datetime] = set()
        self.line: list[str] = []
        self.before: dict[str, datetime | None] = {}
        self.offers: dict[str, datetime] = {}
        self.seen: dict[str, set[datetime]] = {}
        self.own: dict[str, datetime] = {}

    def ask(self, name: str) -> None:
        if name in self.line:
            return
        bounds = [*self.free, *([self.own[name]] if name in self.own else [])]
        self.line.append(name)
        self.before[name] = min(bounds, default=None)
        self.seen[name] = set()

    def serve(self) -> None:
        for name in self.line:
            if name in self.offers:
                continue
            slot = min(self._fitting(name), default=None)
            if slot is not None:
                self.offers[name] = slot
                self.seen[name].add(slot)
                self.free.remove(slot)

    def _fitting(self, name: str) -> Iterator[datetime]:
        bounds = [self.before[name], self.own.get(name)]
        before = min((bound for bound in bounds if bound is not None), default=None)
        for slot in self.free - self.seen[name]:
            if before is None or slot < before:
                yield slot

    def give_back(self, name: str) -> None:
        self.free.add(self.offers.pop(name))

    def accept(self, name: str) -> None:
        if name in self.own:
            self.free.add(self.own[name])
        self.own[name] = self.offers.pop(name)
        self.line.remove(name)

    def leave(self, name: str) -> None:
        if name in self.offers:
            self.give_back(name)
        self.line.remove(name)


class World:
    """The same events for the model and for the product."""

    def __init__(self, town: Town, worker: Worker, chance: Random) -> None:
        self.town = town
        self.worker = worker
        self.chance = chance
        self.model = Model()
        self.entries: dict[str, UUID] = {}
        self.strangers: dict[datetime, Booking] = {}

    async def step(self) -> str:
        events = [self.ask] * 3 + [self.cancel] * 2 + [self.book] * 4 + [self.quick]
        if self.model.offers:
            events += [self.decline, self.accept, self.expire, self.leave] * 2
        event = self.chance.choice(events)
        await event()
        return event.__name__

    async def book_all(self) -> None:
        for slot in (
            nine(days) + timedelta(minutes=30 * one) for days in (3, 4) for one in range(4)
        ):
            self.strangers[slot] = await book_as(self.town, "Occupant", slot)

    async def ask(self) -> None:
        name = self.chance.choice(NAMES)
        self.model.ask(name)
        self.entries[name] = (await ask(self.town, name)).id

    async def cancel(self) -> None:
        if self.strangers:
            slot = self.chance.choice(sorted(self.strangers))
            await appointments.cancel(self.strangers.pop(slot).id, SYSTEM)
            self.model.free.add(slot)

    async def book(self) -> None:
        if self.model.free:
            slot = self.chance.choice(sorted(self.model.free))
            self.strangers[slot] = await book_as(self.town, "Passant", slot)
            self.model.free.remove(slot)

    async def quick(self) -> None:
        """A visitor takes what frees before the line is served."""
        if self.strangers:
            slot = self.chance.choice(sorted(self.strangers))
            await appointments.cancel(self.strangers.pop(slot).id, SYSTEM)
            self.strangers[slot] = await book_as(self.town, "Vite", slot)

    def _offered(self) -> str:
        return self.chance.choice(sorted(self.model.offers))

    async def decline(self) -> None:
        name = self._offered()
        await waiting.decline(self.entries[name], SYSTEM)
        self.model.give_back(name)

    async def accept(self) -> None:
        name = self._offered()
        await waiting.accept(self.entries[name], Acceptance(), SYSTEM)
        self.model.accept(name)

    async def leave(self) -> None:
        name = self.chance.choice(self.model.line)
        await waiting.leave(self.entries[name], SYSTEM)
        self.model.leave(name)

    async def expire(self) -> None:
        await let_offers_run_out()
        async with tenant_transaction() as tx:
            rows = await tx.rows(
                "SELECT id FROM waiting_offer WHERE tenant_id = $1 AND state = 'open'", tx.tenant_id
            )
        # All run out before anybody is served again, as when the worker was away.
        for row in rows:
            await waiting.expire(row["id"])
        for name in list(self.model.offers):
            self.model.give_back(name)

    async def offers(self) -> dict[str, datetime]:
        """Read who has which open offer."""
        async with tenant_transaction() as tx:
            rows = await tx.rows(
                """
                SELECT p.first_name, o.starts_at FROM waiting_offer o
                JOIN waiting_entry e ON e.tenant_id = $1 AND e.id = o.entry_id
                JOIN person p ON p.tenant_id = $1 AND p.id = e.person_id
                WHERE o.tenant_id = $1 AND o.state = 'open'
                """,
                tx.tenant_id,
            )
        assert len({row["first_name"] for row in rows}) == len(rows)
        assert len({row["starts_at"] for row in rows}) == len(rows)
        return {row["first_name"]: row["starts_at"] for row in rows}


@pytest.mark.feature("C-28")
@pytest.mark.parametrize("seed", range(6))
async def test_nobody_is_skipped_and_nothing_is_offered_twice(
    town: Town, worker: Worker, seed: int
) -> None:
    for days in (3, 4):
        day = soon(days)
        end = (nine() + timedelta(hours=2)).time()
        await open_for(town, town.alice, day, end_time=end)
    world = World(town, worker, Random(seed))  # noqa: S311 - the same events on every run
    await world.book_all()
    told: list[str] = []
    for _ in range(EVENTS):
        told.append(await world.step())
        await worker.work()
        world.model.serve()
        assert await world.offers() == world.model.offers, told
    async with tenant_transaction() as tx:
        offered = await tx.rows(
            "SELECT entry_id, starts_at FROM waiting_offer WHERE tenant_id = $1", tx.tenant_id
        )
    assert len(offered) == len(set(map(tuple, offered)))
    assert len(offered) >= 8

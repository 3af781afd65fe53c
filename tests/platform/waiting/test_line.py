"""The line keeps its order whatever happens at once, and loses nothing when a worker dies (C-28)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import Transaction, tenant_transaction
from creneau.refusals import Refusal
from creneau.waiting import service as waiting
from creneau.waiting.events import FREED
from creneau.waiting.schemas import Acceptance, Entry, Freed
from creneau.waiting.service.offering import OFFER_OVER, OFFERED
from creneau.waiting.service.telling import OFFER_MAIL
from creneau_infra.outbox.queries import claim

from tests.gates.crowd import deadlocks
from tests.platform.cast import Town
from tests.platform.planning import nine, open_for, soon
from tests.platform.waiting.cast import (
    Worker,
    address_of,
    ask,
    book_as,
    cancel,
    fill,
    let_offers_run_out,
    make_due,
    offer_of,
    state_of,
)

YES = Acceptance()
NAMES = [f"Personne{letter}" for letter in "abcdefghij"]


@pytest.fixture
def quiet_log(postgres_log: Path) -> Callable[[], int]:
    before = deadlocks(postgres_log)
    return lambda: deadlocks(postgres_log) - before


class Killed(Exception):  # noqa: N818 - what a process that ends does not say
    """The worker dies here."""


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the worker die instead of running its statement of that number."""
    left = [0]

    def dying(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def run(tx: Transaction, *args: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return await method(tx, *args)

        return run

    for name in ("all", "one", "rows", "value", "execute"):
        monkeypatch.setattr(Transaction, name, dying(getattr(Transaction, name)))

    def at(number: int) -> None:
        left[0] = number

    return at


async def dies_at_every_step(
    deadly: Callable[[int], None],
    work: Callable[[], Awaitable[object]],
    check: Callable[[], Awaitable[None]],
) -> int:
    """Let work die at its first statement, its second, … until it lives; check after each death."""
    number = 0
    while True:
        number += 1
        deadly(number)
        try:
            await work()
        except Killed:
            deadly(0)
            await check()
        else:
            deadly(0)
            return number


async def open_offers() -> Counter[Any]:
    """Count the open offers by slot; each must have its hold, its end and its letter."""
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            """
            SELECT o.starts_at, b.state = 'held' AND l.active AND e.state = 'offered' AS whole,
                (SELECT count(*) FROM outbox x WHERE x.tenant_id = $1
                    AND x.idempotency_key IN ($2 || o.id, $3 || o.id)) AS told
            FROM waiting_offer o
            JOIN waiting_entry e ON e.tenant_id = $1 AND e.id = o.entry_id
            JOIN booking b ON b.tenant_id = $1 AND b.id = o.booking_id
            JOIN allocation l ON l.tenant_id = $1 AND l.appointment_id = b.appointment_id
            WHERE o.tenant_id = $1 AND o.state = 'open'
            """,
            tx.tenant_id,
            f"{OFFER_OVER}:",
            f"{OFFERED}:",
        )
    assert all(row["whole"] and row["told"] == 2 for row in rows)
    return Counter(row["starts_at"] for row in rows)


async def holds() -> int:
    async with tenant_transaction() as tx:
        count = "SELECT count(*) FROM booking WHERE tenant_id = $1 AND state = 'held'"
        return await tx.value(count, tx.tenant_id)


async def test_many_who_ask_at_once_are_served_in_the_order_of_their_requests(
    morning: Town, tenant: Tenant, quiet_log: Callable[[], int]
) -> None:
    booked = await fill(morning)
    line = sorted(
        await asyncio.gather(*(ask(morning, name) for name in NAMES)),
        key=lambda entry: entry.requested_at,
    )
    assert len({entry.requested_at for entry in line}) == len(NAMES)
    workers = [Worker(tenant) for _ in range(3)]
    await asyncio.gather(
        *(cancel(booking) for booking in booked[:4]),
        *(worker.work() for worker in workers),
    )
    await asyncio.gather(*(worker.work() for worker in workers))
    assert [await state_of(entry) for entry in line] == ["offered"] * 4 + ["waiting"] * 6
    assert await open_offers() == Counter(booking.starts_at for booking in booked[:4])
    assert quiet_log() == 0


async def test_everything_at_once_offers_nothing_twice(
    morning: Town, tenant: Tenant, quiet_log: Callable[[], int]
) -> None:
    booked = await fill(morning)
    workers = [Worker(tenant) for _ in range(2)]

    async def answers(entry: Entry, number: int) -> None:
        for _ in range(3):
            if await state_of(entry) == "offered":
                action = (waiting.decline, waiting.leave)[number % 2]
                if number % 3:
                    await waiting.accept(entry.id, YES, SYSTEM)
                else:
                    await action(entry.id, SYSTEM)
            await asyncio.sleep(0)

    async def one(number: int, name: str) -> None:
        try:
            await answers(await ask(morning, name), number)
        except Refusal:
            return

    for _round in range(3):
        await asyncio.gather(
            *(one(number, name) for number, name in enumerate(NAMES)),
            *(cancel_quietly(booking.id) for booking in booked),
            *(worker.work() for worker in workers),
        )
    await asyncio.gather(*(worker.work() for worker in workers))
    found = await open_offers()
    assert not found or max(found.values()) == 1
    async with tenant_transaction() as tx:
        twice = await tx.rows(
            "SELECT entry_id FROM waiting_offer WHERE tenant_id = $1 AND state = 'open' "
            "GROUP BY entry_id HAVING count(*) > 1",
            tx.tenant_id,
        )
    assert twice == []
    assert await holds() == sum(found.values())
    assert quiet_log() == 0


async def cancel_quietly(booking_id: Any) -> None:
    try:
        await appointments.cancel(booking_id, SYSTEM)
    except Refusal:
        return


async def test_an_offer_is_whole_or_was_never_made(
    morning: Town, worker: Worker, deadly: Callable[[int], None]
) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await worker.work()
    await cancel(booked[0])

    async def check() -> None:
        assert await holds() == sum((await open_offers()).values())
        assert await state_of(second) == "waiting"

    steps = await dies_at_every_step(deadly, lambda: waiting.offer_freed(Freed()), check)
    assert steps > 20
    assert await open_offers() == Counter([booked[0].starts_at])
    assert await state_of(first) == "offered"


async def test_the_end_of_an_offer_is_whole_or_comes_again(
    morning: Town, worker: Worker, deadly: Callable[[int], None]
) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await cancel(booked[0])
    await worker.work()
    await let_offers_run_out()
    offer = await offer_of(first)
    assert offer is not None

    async def check() -> None:
        assert await state_of(first) == "offered"
        assert await holds() == 1

    steps = await dies_at_every_step(deadly, lambda: waiting.expire(offer.id), check)
    assert steps > 8
    await waiting.expire(offer.id)
    await worker.work()
    assert [await state_of(entry) for entry in (first, second)] == ["waiting", "offered"]


async def test_a_move_is_whole_or_did_not_happen(
    morning: Town, worker: Worker, deadly: Callable[[int], None]
) -> None:
    *booked, _last = await fill(morning, hours=(0, 30, 60, 90, 120))
    own = await book_as(morning, "Amina", nine(minute=150))
    entry = await ask(morning, "Amina")
    await cancel(booked[0])
    await worker.work()

    async def check() -> None:
        assert (await appointments.get(own.id)).starts_at == own.starts_at
        assert await state_of(entry) == "offered"
        assert await holds() == 1

    steps = await dies_at_every_step(deadly, lambda: waiting.accept(entry.id, YES, SYSTEM), check)
    assert steps > 15
    assert (await appointments.get(own.id)).starts_at == booked[0].starts_at
    assert await holds() == 0


async def test_a_worker_that_dies_before_it_says_done_is_followed_by_one_that_makes_nothing_twice(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    entry, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await worker.work()
    await cancel(booked[0])
    for _ in range(3):
        for kind in (FREED, OFFERED, OFFER_MAIL):
            await run_undone(worker, kind)
    await worker.work()
    assert await open_offers() == Counter([booked[0].starts_at])
    assert await state_of(second) == "waiting"
    letters = [
        letter
        for letter in worker.letters_to(address_of("Amina"))
        if letter.subject.startswith("Un créneau")
    ]
    # Its receipt says that it was sent: it is not sent again.
    assert len(letters) == 1
    assert await state_of(entry) == "offered"


async def run_undone(worker: Worker, kind: str) -> None:
    """Do the work of a kind and die before the rows are closed."""
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT id, payload FROM outbox WHERE tenant_id = $1 AND kind = $2 AND done_at IS NULL "
            "AND due_at <= now()",
            tx.tenant_id,
            kind,
        )
    for row in rows:
        await worker.handlers[kind](worker.tenant.id, row["id"], row["payload"])


async def test_work_that_a_dead_worker_had_claimed_comes_back(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    entry = await ask(morning, "Amina")
    await worker.work()
    await cancel(booked[0])
    async with tenant_transaction() as tx:
        assert await claim(tx, "usual", 50)
    await worker.work()
    assert await state_of(entry) == "waiting"
    # The lease of the dead worker lapses.
    await make_due(FREED)
    await worker.work()
    assert await state_of(entry) == "offered"


async def test_tenants_do_not_wait_for_each_other(morning: Town, stranger: Any) -> None:
    await fill(morning)
    entry = await ask(morning, "Amina")
    with acting_for(stranger.tenant):
        await open_for(stranger.town, stranger.charlie, soon())
        theirs = await ask(stranger.town, "Amina")
        worker = Worker(stranger.tenant)
        await worker.work()
        booked = await book_as(stranger.town, "Zoé", nine())
        await cancel(booked)
        await worker.work()
        assert await state_of(theirs) == "waiting"
    assert await state_of(entry) == "waiting"
    assert await offer_of(entry) is None

"""A slot that somebody confirmed is shown as free to nobody who asks afterwards (C-20, C-22)."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.availability import changes
from creneau.availability import service as availability
from creneau.availability.schemas import SlotQuery
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft
from creneau.refusals import NotFound
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.redis import client, versions
from creneau_infra.redis.answers import ANSWERS
from creneau_infra.redis.server import EmbeddedRedis
from redis.asyncio import Redis

from tests.platform.availability.reader import ENOUGH, Seen, Task, search
from tests.platform.cast import Stranger, Town
from tests.platform.planning import AMINA, at, book, hold, open_for, slots, soon, starts

ROOT = Path(__file__).parents[3]
DAYS = range(3, 7)


class Taken(msgspec.Struct, frozen=True):
    """A time that was confirmed, and when that was acknowledged."""

    starts_at: datetime
    resource_id: UUID
    told_at: float


@pytest.fixture(autouse=True)
def no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis that is slow because the machine is busy is not one that is away."""
    monkeypatch.setattr(versions.Trips, "away_until", 0.0)
    monkeypatch.setattr(versions, "SECONDS_TO_ANSWER", 60.0)
    monkeypatch.setattr(client, "SECONDS_TO_CONNECT", 60.0)
    monkeypatch.setattr(client, "SECONDS_TO_ANSWER", 60.0)


@pytest.fixture
async def own_redis(data_dir: Path) -> AsyncGenerator[EmbeddedRedis, None]:
    """Give a Redis that may be stopped: the others' tests do not notice."""
    server = EmbeddedRedis(data_dir / "stopped-and-started")
    await client.connect(server.start())
    yield server
    await client.disconnect()
    server.stop()


def everything(town: Town) -> SlotQuery:
    return SlotQuery(
        motive_id=town.motive,
        starts_from=at(soon(DAYS[0]), 0),
        starts_before=at(soon(DAYS[-1]), 0) + timedelta(days=1),
    )


async def open_everywhere(town: Town) -> None:
    for day in DAYS:
        for agent in (town.alice, town.bob, town.bea):
            await open_for(town, agent, soon(day))


@asynccontextmanager
async def another_process(task: Task) -> AsyncGenerator[Callable[[], Awaitable[list[Seen]]], None]:
    """Search from a second process; the call that is given ends it and hands over what it saw."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.platform.availability.reader",
        msgspec.json.encode(task).decode(),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**28,
    )
    assert process.stdout is not None

    async def end() -> list[Seen]:
        await process.communicate(b"over\n")
        written = await asyncio.to_thread(Path(task.answer).read_bytes)
        return msgspec.json.decode(written, type=list[Seen])

    try:
        assert await process.stdout.readline() == b"ready\n"
        yield end
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def book_all(town: Town, meanwhile: Callable[[int], Awaitable[None]]) -> list[Taken]:
    """Book one free time after the other, two writers at once."""
    taken: list[Taken] = []
    free = iter(starts(await availability.find_slots(everything(town))))

    async def write() -> None:
        for start in free:
            booking = await book(town, start, AMINA)
            told = time.monotonic()
            taken.extend(Taken(booking.starts_at, one, told) for one in booking.resource_ids)
            await meanwhile(len(taken))

    await asyncio.gather(write(), write())
    return taken


def staleness(taken: Sequence[Taken], seen: Sequence[Seen]) -> float:
    """Tell how long after its confirmation a time was still shown as free, in seconds."""
    return max(
        (
            one.asked_at - booked.told_at
            for booked in taken
            for one in seen
            if one.asked_at > booked.told_at and (booked.starts_at, booked.resource_id) in one.free
        ),
        default=0.0,
    )


async def rush(
    town: Town,
    task: Task,
    meanwhile: Callable[[int], Awaitable[None]],
) -> tuple[list[Taken], list[Seen]]:
    """Book everything while this process and another one search."""
    over = asyncio.Event()
    seen: list[Seen] = []
    async with another_process(task) as end:
        searching = [asyncio.create_task(search(task, seen, over)) for _ in range(4)]
        taken = await book_all(town, meanwhile)
        over.set()
        await asyncio.gather(*searching)
        theirs = await end()
    assert len(taken) > 20
    assert len(seen) > ENOUGH
    assert len(theirs) > ENOUGH
    return taken, [*seen, *theirs]


@pytest.fixture
async def task(
    own_redis: EmbeddedRedis,
    tenant: Tenant,
    town: Town,
    migrated: PostgresAddress,
    tmp_path: Path,
) -> Task:
    await open_everywhere(town)
    del own_redis
    return Task(
        postgres_url=migrated.app_url,
        redis_url=client.url() or "",
        tenant=tenant,
        query=everything(town),
        answer=str(tmp_path / "seen.json"),
    )


async def test_two_processes_never_show_a_time_as_free_that_was_confirmed(
    town: Town, task: Task
) -> None:
    async def nothing(_booked: int) -> None:
        """Let everything take its course."""

    taken, seen = await rush(town, task, nothing)
    assert staleness(taken, seen) == 0.0


async def test_nor_when_redis_is_flushed_again_and_again(town: Town, task: Task) -> None:
    async def flush(booked: int) -> None:
        held = client.client()
        assert held is not None
        if booked % 3 == 0:
            await held.flushall()

    taken, seen = await rush(town, task, flush)
    assert staleness(taken, seen) == 0.0


async def test_nor_beyond_a_second_when_redis_is_stopped_and_started_in_between(
    own_redis: EmbeddedRedis, town: Town, task: Task
) -> None:
    one_after_the_other = asyncio.Lock()

    async def stop_and_start(booked: int) -> None:
        # Stopping takes a while, in which the other writer goes on: it may be the one to start.
        async with one_after_the_other:
            if booked == 8:
                await asyncio.to_thread(own_redis.stop)
            if booked == 16:
                await asyncio.to_thread(own_redis.start)

    taken, seen = await rush(town, task, stop_and_start)
    assert staleness(taken, seen) < 1


@pytest.mark.usefixtures("redis")
async def test_every_change_of_free_time_is_seen_by_the_next_search(town: Town) -> None:
    day = soon()
    assert starts(await slots(town, day)) == []
    await open_for(town, town.alice, day)
    free = starts(await slots(town, day))
    assert len(free) == 6
    held = await hold(town, free[0])
    assert starts(await slots(town, day)) == free[1:]
    await appointments.release(held.id, held.held_by or b"")
    assert starts(await slots(town, day)) == free
    booked = await book(town, free[0])
    assert starts(await slots(town, day)) == free[1:]
    await appointments.cancel(booked.id, SYSTEM)
    assert starts(await slots(town, day)) == free
    await planning.create_absence(
        AbsenceDraft(
            resource_id=town.alice,
            title="",
            first_day=day,
            start_time=datetime.min.time(),
            last_day=day + timedelta(days=1),
            end_time=datetime.min.time(),
            time_zone="Europe/Paris",
            recurrence=None,
        ),
        SYSTEM,
    )
    assert starts(await slots(town, day)) == []


async def test_a_writer_who_dies_before_the_correction_is_noticed_within_a_second(
    redis: Redis, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_names: object) -> None:
        raise SystemError

    del redis
    day = soon()
    await open_for(town, town.alice, day)
    free = starts(await slots(town, day))
    with monkeypatch.context() as dying:
        dying.setattr(changes, "bump", die)
        await book(town, free[0])
    told = asked = time.monotonic()
    while free[0] in starts(await slots(town, day)):
        # By the moment of the question: how long the answer takes is another matter.
        assert asked < told + 1
        asked = time.monotonic()


@pytest.mark.usefixtures("redis")
async def test_strangers_never_share_an_answer(town: Town, stranger: Stranger) -> None:
    day = soon()
    await open_for(town, town.alice, day)
    query = everything(town)
    assert await availability.find_slots(query)
    with acting_for(stranger.tenant):
        # The same question word for word: their own motive has another id, ours does not exist.
        with pytest.raises(NotFound):
            await availability.find_slots(query)
        assert await availability.next_available(stranger.town.motive, [stranger.town.place]) == {}
    tenants = {question[0] for question in ANSWERS._kept}  # type: ignore[index] - questions begin with the tenant
    assert None not in tenants

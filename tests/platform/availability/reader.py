"""A second process that searches all the time, and tells what it saw, and when it had asked."""

import asyncio
import sys
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from creneau.availability import service as availability
from creneau.availability.schemas import SlotQuery
from creneau.context import Tenant, acting_for
from creneau_infra.postgres.engine import DB
from creneau_infra.redis import client


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to search, and where."""

    postgres_url: str
    redis_url: str
    tenant: Tenant
    query: SlotQuery
    answer: str
    searchers: int = 4


ENOUGH = 50


class Seen(msgspec.Struct, frozen=True):
    """The pairs of start and resource that a search showed; seconds by the machine's clock."""

    asked_at: float
    free: set[tuple[datetime, UUID]]


async def search(task: Task, seen: list[Seen], over: asyncio.Event) -> None:
    """Search until told that it is over, and often enough to have seen something."""
    while not over.is_set() or len(seen) <= ENOUGH:
        asked_at = time.monotonic()
        found = await availability.find_slots(task.query)
        free = {(slot.starts_at, who) for slot in found for who in slot.resource_ids}
        seen.append(Seen(asked_at, free))
        await asyncio.sleep(0)


async def _run() -> None:
    task = msgspec.json.decode(sys.argv[1], type=Task)
    await DB.start_pool(task.postgres_url, size=4)
    await client.connect(task.redis_url)
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, over.set)
    seen: list[Seen] = []
    with acting_for(task.tenant):
        searching = [asyncio.create_task(search(task, seen, over)) for _ in range(task.searchers)]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.gather(*searching)
    await client.disconnect()
    await DB.stop_pool()
    # Not on the standard output: warnings stand there.
    await asyncio.to_thread(Path(task.answer).write_bytes, msgspec.json.encode(seen))


if __name__ == "__main__":
    asyncio.run(_run())

"""Many clients at one moment, and what each of them was told."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from creneau.refusals import Refusal


async def rush(clients: Sequence[Callable[[], Awaitable[object]]]) -> Counter[str]:
    """Let all begin together; count winners as "won" and refusals by their code."""
    start = asyncio.Event()

    async def one(client: Callable[[], Awaitable[object]]) -> str:
        await start.wait()
        try:
            await client()
        except Refusal as refusal:
            return refusal.code
        return "won"

    waiting = [asyncio.ensure_future(one(client)) for client in clients]
    await asyncio.sleep(0)
    start.set()
    return Counter(await asyncio.gather(*waiting))


def deadlocks(log: Path) -> int:
    """Count the deadlocks that PostgreSQL has told of."""
    return log.read_text(encoding="utf-8", errors="replace").count("deadlock detected")

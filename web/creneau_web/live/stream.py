"""What an open screen is told, and for how long it may be: a stream of server-sent events.

There is nothing in it but “something has changed”, and why it ends.
"""

import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final

from creneau_web.live.hub import Hub, Watcher

BEAT: Final = 8.0
"""Seconds between two looks at whether the screen may still be told."""

LONGEST: Final = 240.0
"""Seconds after which a stream ends, and the browser opens the next: in whatever process."""

Still = Callable[[], Awaitable[str]]


async def told(hub: Hub, watcher: Watcher, still: Still) -> AsyncGenerator[str, None]:
    """Write the events of a screen that has joined; `still` says why it may not go on, or nothing."""
    until = time.monotonic() + LONGEST * random.uniform(0.8, 1.2)  # noqa: S311 - so that not all come back at once
    looked = time.monotonic()
    try:
        yield "retry: 1500\n\n"
        while not hub.closing and time.monotonic() < until:
            changed = await watcher.wait(BEAT)
            if time.monotonic() - looked >= BEAT / 2:
                looked = time.monotonic()
                reason = await still()
                if reason:
                    yield f"event: over\ndata: {reason}\n\n"
                    return
            yield "event: change\ndata:\n\n" if changed else ": still here\n\n"
    finally:
        hub.leave(watcher)

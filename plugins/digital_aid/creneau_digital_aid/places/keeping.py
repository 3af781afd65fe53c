"""Answers about a whole network, kept in the process for those who ask next.

An answer stands while its version does, and for `LIFETIME` at most: what no version tells of (a
session that is full, time going by) is shown within that. Whoever asks meanwhile shares it, also
while it is still being computed.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final, Generic, TypeVar

Value = TypeVar("Value")
LIFETIME: Final = 20.0
"""Seconds, counted from before the computation; a reader's own copy lives half a minute more."""
MOST_BYTES: Final = 96 * 2**20


class _Kept(Generic[Value]):
    __slots__ = ("task", "until", "version", "weight")

    def __init__(self, version: Hashable, lifetime: float, task: "asyncio.Task[Value]") -> None:
        self.version = version
        self.until = time.monotonic() + min(lifetime, LIFETIME)
        self.task = task
        self.weight = 0

    def stands(self, version: Hashable) -> bool:
        return self.version == version and self.until > time.monotonic()


class Keeping(Generic[Value]):
    """Answers by question, the one that was asked last at the end; the first ones make room."""

    def __init__(self, weigh: Callable[[Value], int], lifetime: float = LIFETIME) -> None:
        self._weigh = weigh
        self._lifetime = lifetime
        self._kept: OrderedDict[Hashable, _Kept[Value]] = OrderedDict()
        self.weight = 0

    async def answer(
        self, question: Hashable, version: Hashable, compute: Callable[[], Awaitable[Value]]
    ) -> Value:
        """Give a question's answer; `version` was read just now. What fails is kept for nobody."""
        kept = self.begin(question, version, compute)
        # Whoever goes away must not take the answer from the others.
        return await asyncio.shield(kept)

    def begin(
        self, question: Hashable, version: Hashable, compute: Callable[[], Awaitable[Value]]
    ) -> "asyncio.Task[Value]":
        """Begin with a question's answer, unless one stands: for whoever asks for it next."""
        kept = self._kept.get(question)
        if kept is None or not kept.stands(version):
            kept = self._begin(question, version, compute)
        self._kept.move_to_end(question)
        return kept.task

    def _begin(
        self, question: Hashable, version: Hashable, compute: Callable[[], Awaitable[Value]]
    ) -> _Kept[Value]:
        async def computed() -> Value:
            return await compute()

        self._drop(question)
        kept = self._kept[question] = _Kept(
            version, self._lifetime, asyncio.create_task(computed())
        )
        kept.task.add_done_callback(lambda task: self._over(question, kept, task))
        return kept

    def _over(self, question: Hashable, kept: _Kept[Value], task: "asyncio.Task[Any]") -> None:
        failed = task.cancelled() or task.exception() is not None
        if self._kept.get(question) is not kept:
            return
        if failed:
            self._drop(question)
            return
        kept.weight = self._weigh(task.result())
        self.weight += kept.weight
        while self.weight > MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, question: Hashable) -> None:
        known = self._kept.pop(question, None)
        if known is not None:
            self.weight -= known.weight

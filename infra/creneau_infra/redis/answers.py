"""Answers that are kept for less than a second, and only while their versions stand.

An answer counts for whoever asks in two cases: its versions are still the current ones, read after
the question; or its computation began after the question. So a write that bumps a version before
it is acknowledged is never followed by an older answer. A process that dies between its commit and
its bump leaves an old answer standing for `LIFETIME` at most, counted from before the computation.
"""

import asyncio
import itertools
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from creneau_infra.redis.versions import Version, current

LIFETIME = 0.8
"""Seconds; with what it takes to deliver an answer, still below the second that is promised."""
MOST_WEIGHT = 16 * 2**20
HEAVIEST = 2**20
Value = TypeVar("Value")
Question = Hashable


class _Kept(Generic[Value]):
    """An answer with what it counts for; `number` is when its computation began."""

    __slots__ = ("number", "until", "value", "version", "weight")

    def __init__(self, number: int, version: Version | None) -> None:
        self.number = number
        self.version = version
        self.until = time.monotonic() + LIFETIME
        self.value: Any = None
        self.weight = 0


class Answers:
    """Answers of one process; processes agree through the versions.

    There is one computation at a time for each question, however many ask. Without Redis nothing
    is kept, and those who ask during one computation share the next.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._kept: OrderedDict[Question, _Kept[Any]] = OrderedDict()
        self._running: dict[Question, asyncio.Task[_Kept[Any]]] = {}
        self.weight = 0

    def kept(self, question: Question, version: Version) -> Any:
        """Give the answer that is kept under versions read after the question, or None."""
        found = self._kept.get(question)
        return found.value if found is not None and _stands(found, version) else None

    async def answer(
        self,
        question: Question,
        names: Sequence[str],
        compute: Callable[[], Awaitable[Value]],
        weigh: Callable[[Value], int],
    ) -> Value:
        """Give a question's answer: kept, of a computation that runs, or computed now.

        Args:
            question: Whatever tells one question from another; the tenant is part of it.
            names: Those of whose versions the answer is made.
            compute: Computes it; what it raises is raised, and nothing is kept.
            weigh: Tells how many bytes an answer takes, roughly.
        """
        asked = next(self._numbers)
        while True:
            version = await current(names)
            kept = self._kept.get(question)
            if kept is not None and _counts(kept, asked, version):
                return kept.value
            running = self._running.get(question)
            # One that is done may still stand here: waiting for it again would never let go.
            if running is None or running.done():
                return await self._lead(question, version, compute, weigh)
            try:
                found = await asyncio.shield(running)
            except Exception:  # noqa: BLE001 - it is the leader's own; whoever joined asks anew
                return await compute()
            if _counts(found, asked, version):
                return found.value

    async def _lead(
        self,
        question: Question,
        version: Version | None,
        compute: Callable[[], Awaitable[Value]],
        weigh: Callable[[Value], int],
    ) -> Value:
        # A task of its own: whoever goes away must not take the answer from the others.
        running = asyncio.create_task(self._compute(question, version, compute, weigh))
        self._running[question] = running
        running.add_done_callback(lambda task: self._over(question, task))
        return (await asyncio.shield(running)).value

    def _over(self, question: Question, task: "asyncio.Task[_Kept[Any]]") -> None:
        if self._running.get(question) is task:
            del self._running[question]
        if not task.cancelled():
            task.exception()

    async def _compute(
        self,
        question: Question,
        version: Version | None,
        compute: Callable[[], Awaitable[Value]],
        weigh: Callable[[Value], int],
    ) -> _Kept[Value]:
        kept: _Kept[Value] = _Kept(next(self._numbers), version)
        kept.value = await compute()
        kept.weight = weigh(kept.value)
        if version is not None and kept.weight <= HEAVIEST:
            self._keep(question, kept)
        return kept

    def _keep(self, question: Question, kept: _Kept[Any]) -> None:
        self._drop(question)
        self._kept[question] = kept
        self.weight += kept.weight
        moment = time.monotonic()
        # The oldest come first, and all live equally long.
        while self._kept and (self.weight > MOST_WEIGHT or self._first().until <= moment):
            self._drop(next(iter(self._kept)))

    def _first(self) -> _Kept[Any]:
        return next(iter(self._kept.values()))

    def _drop(self, question: Question) -> None:
        known = self._kept.pop(question, None)
        if known is not None:
            self.weight -= known.weight


def _counts(kept: _Kept[Any], asked: int, version: Version | None) -> bool:
    return kept.number > asked or (version is not None and _stands(kept, version))


def _stands(kept: _Kept[Any], version: Version) -> bool:
    return kept.version == version and kept.until > time.monotonic()


ANSWERS = Answers()

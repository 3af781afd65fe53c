"""Which questions were asked a moment ago: only those are worth keeping an answer for."""

import time
from collections.abc import Callable, Hashable
from typing import Final

SECONDS: Final = 10.0
MOST: Final = 2_000


class Lately:
    """The questions of the last seconds in this process, the newest last; bounded."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Go by `clock`, in seconds."""
        self._clock = clock
        self._moments: dict[Hashable, float] = {}

    def __len__(self) -> int:
        """Tell how many are remembered."""
        return len(self._moments)

    def again(self, question: Hashable) -> bool:
        """Note a question, and tell whether it was asked in the last ten seconds as well."""
        moment = self._clock()
        before = self._moments.pop(question, None)
        self._moments[question] = moment
        self._forget(moment)
        return before is not None and moment - before < SECONDS

    def _forget(self, moment: float) -> None:
        # The oldest come first.
        first = next(iter(self._moments))
        while len(self._moments) > MOST or moment - self._moments[first] >= SECONDS:
            del self._moments[first]
            first = next(iter(self._moments))


LATELY = Lately()

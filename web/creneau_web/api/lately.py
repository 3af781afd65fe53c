"""Which questions were asked a moment ago: only those are worth keeping an answer for."""

import time
from collections.abc import Hashable
from typing import Final

SECONDS: Final = 10.0
MOST: Final = 2_000


class Lately:
    """The questions of the last seconds in this process, the newest last; bounded."""

    def __init__(self) -> None:
        self._moments: dict[Hashable, float] = {}

    def again(self, question: Hashable) -> bool:
        """Note a question, and tell whether it was asked in the last ten seconds as well."""
        moment = time.monotonic()
        before = self._moments.pop(question, None)
        self._moments[question] = moment
        if len(self._moments) > MOST:
            del self._moments[next(iter(self._moments))]
        return before is not None and moment - before < SECONDS


LATELY = Lately()

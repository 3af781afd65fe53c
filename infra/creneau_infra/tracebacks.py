"""Where an error comes from, without what it says."""

import re
import traceback
from collections.abc import Iterator
from typing import Final

OURS: Final = "creneau_infra."
CODE: Final = re.compile(r"[a-z0-9_]{1,40}")
"""What an error of this package says where it names a trouble, as `certificate`, in one word."""


def traced(error: BaseException) -> str:
    """Write a traceback for the log, the first cause first.

    What an error says stays out of it: a mail server's answer may name a person, a database's the
    value that it cannot take, a program's whole letters. The class and the lines of code do not.
    """
    causes = reversed(list(_causes(error)))
    return "\n".join(_one(cause) for cause in causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    ours = type(error).__module__.startswith(OURS)
    said = f": {error}" if ours and CODE.fullmatch(str(error)) else ""
    return f"{frames}{type(error).__qualname__}{said}"

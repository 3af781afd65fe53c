"""A repetition in its parts, as the planning keeps it (RFC 5545)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec
from creneau.planning.recurrence import WEEKDAYS

CODES: Final = tuple(WEEKDAYS)


class Ending(msgspec.Struct, frozen=True):
    """When a repetition ends: with a day, after so many times, or never."""

    until: date | None = None
    times: int | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in its parts; weekdays with a number are those of a month (-1: the last)."""

    freq: str
    every: int = 1
    weekdays: Sequence[tuple[str, int | None]] = ()
    month_days: Sequence[int] = ()
    week_starts: str = "MO"
    ending: Ending = Ending()


def parsed(recurrence: str) -> Rule:
    """Take a rule that the planning accepted into its parts."""
    parts = dict(part.split("=", 1) for part in recurrence.removeprefix("RRULE:").split(";"))
    named = parts["BYDAY"].split(",") if "BYDAY" in parts else ()
    until = parts.get("UNTIL", "")[:8]
    return Rule(
        freq=parts["FREQ"],
        every=int(parts.get("INTERVAL", "1")),
        weekdays=[(name[-2:], int(name[:-2]) if name[:-2] else None) for name in named],
        week_starts=parts.get("WKST", "MO"),
        month_days=[int(one) for one in parts.get("BYMONTHDAY", "").split(",") if one],
        ending=Ending(
            until=date.fromisoformat(until) if until else None,
            times=int(parts["COUNT"]) if "COUNT" in parts else None,
        ),
    )

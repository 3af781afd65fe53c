"""Opening hours as people write them, turned into OpenStreetMap's form where they can be understood."""

import re
from functools import lru_cache
from typing import Final

from creneau.towns.rules import plain

DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SHORT: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
SPAN: Final = re.compile(
    r"(\d{1,2})\s*h\s*(\d{2})?\s*(?:-|\u2013|\u2014|\u00e0|a)\s*(\d{1,2})\s*h\s*(\d{2})?"
)
MOST_HOURS: Final = 24
MOST_MINUTES: Final = 59


@lru_cache(maxsize=20_000)
def osm_hours(text: str) -> str:
    """Write opening hours as `Mo-Fr 09:00-12:00,14:00-17:00`; empty where a line is not understood.

    A line reads "Lundi au vendredi : 9 h 30 – 12 h et 14 h – 17 h". Wrong hours are worse than none.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [_line(line) for line in lines]
    return "; ".join(one for one in found if one) if all(found) else ""


def _line(text: str) -> str | None:
    head, separator, tail = text.partition(":")
    days = _days(head)
    times = _times(tail)
    return f"{days} {times}" if separator and days and times else None


def _days(text: str) -> str | None:
    words = [word for word in plain(text).split() if word not in {"du", "le", "les"}]
    # "lundis" are Mondays, too.
    known = [DAYS.index(day) for word in words if (day := word.removesuffix("s")) in DAYS]
    between = [word for word in words if word.removesuffix("s") not in DAYS]
    if not known or set(between) - {"au", "a", "et"}:
        return None
    if between in (["au"], ["a"]) and len(known) == 2 and known[0] < known[1]:  # noqa: PLR2004 - from one day to another
        return f"{SHORT[known[0]]}-{SHORT[known[1]]}"
    return None if set(between) - {"et"} else ",".join(SHORT[day] for day in sorted(set(known)))


def _times(text: str) -> str | None:
    spans = [_span(found) for found in SPAN.finditer(text)]
    rest = plain(SPAN.sub(" ", text)).split()
    if not spans or None in spans or set(rest) - {"et", "de", "puis"}:
        return None
    return ",".join(span for span in spans if span)


def _span(found: re.Match[str]) -> str | None:
    first, last = (int(found[1]), int(found[2] or 0)), (int(found[3]), int(found[4] or 0))
    fits = first < last <= (MOST_HOURS, 0) and max(first[1], last[1]) <= MOST_MINUTES
    return f"{first[0]:02}:{first[1]:02}-{last[0]:02}:{last[1]:02}" if fits else None

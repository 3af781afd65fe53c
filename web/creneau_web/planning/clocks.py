"""What is said of a time that a night has not, or has twice, since clocks go forward or back (C-15).

One time that is typed and is none is refused. Of a repetition the days are named on which it counts
otherwise: the rest of it is as it was meant.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from creneau.i18n import day as in_words
from creneau.i18n import gettext as _
from creneau.planning.drafts import Window
from creneau.planning.wall_clock import gap_at, is_twice

from creneau_web.planning.typed import Typed
from creneau_web.planning.words import time_in_words

AHEAD: Final = timedelta(days=400)
"""As far as occurrences are written out."""


def missing(day: date, at: time, zone: str) -> str:
    """Say that there is no such time, and which there is; empty where there is."""
    gap = gap_at(day, at, ZoneInfo(zone))
    if gap is None:
        return ""
    return _(
        "Ce jour-là, les horloges passent de %(begins)s à %(ends)s : %(time)s n’existe pas. "
        "Choisissez une autre heure, par exemple %(ends)s.",
        begins=time_in_words(gap.begins),
        ends=time_in_words(gap.ends),
        time=time_in_words(at),
    )


def refuse_missing(typed: Typed, name: str, day: date | None, at: time | None, zone: str) -> None:
    """Refuse a time of a form that its day has not."""
    if day is None or at is None:
        return
    if sentence := missing(day, at, zone):
        typed.refuse(name, sentence)


def which_of_two(local: datetime) -> str:
    """Say which one was meant of a time that there is twice; empty where there is one."""
    if local.fold or not isinstance(local.tzinfo, ZoneInfo):
        return ""
    return _twice(local.date(), local.time(), local.tzinfo.key)


def _twice(day: date, at: time, zone: str) -> str:
    if not is_twice(day, at, ZoneInfo(zone)):
        return ""
    return _(
        "%(day)s, les horloges reculent : %(time)s existe deux fois, c’est la première qui compte.",
        day=_on(day),
        time=time_in_words(at),
    )


def notices(windows: Iterable[Window], today: date, zone: str) -> Sequence[str]:
    """Name the days of the coming year on which hours count otherwise than they are written."""
    near = takewhile(lambda one: one.first_day <= today + AHEAD, windows)
    said = [
        sentence
        for one in near
        for day, at in ((one.first_day, one.start_time), (one.last_day, one.end_time))
        if (sentence := _shifted(day, at, zone) or _twice(day, at, zone))
    ]
    return [*dict.fromkeys(said)]


def _shifted(day: date, at: time, zone: str) -> str:
    gap = gap_at(day, at, ZoneInfo(zone))
    if gap is None:
        return ""
    return _(
        "%(day)s, les horloges passent de %(begins)s à %(ends)s : %(time)s n’existe pas, "
        "c’est %(counts)s qui compte.",
        day=_on(day),
        begins=time_in_words(gap.begins),
        ends=time_in_words(gap.ends),
        time=time_in_words(at),
        counts=time_in_words(gap.counts),
    )


def _on(day: date) -> str:
    """Begin a sentence with a day."""
    written = in_words(day)
    return written[0].upper() + written[1:]

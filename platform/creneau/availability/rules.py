"""How free windows become slots: pure functions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID


class Windows(NamedTuple):
    """Free times of a resource at a place, side by side, in seconds since 1970 UTC.

    `origins` are the starts of the openings, on which the grid of slots is aligned.
    """

    resource_id: UUID
    kind: str
    place_id: UUID
    origins: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]


class Grid(NamedTuple):
    """How windows are cut: seconds; starts lie in [`earliest`, `before`)."""

    duration: int
    step: int
    earliest: int
    before: int


class Start(NamedTuple):
    """A start (seconds since 1970 UTC) at a place, with who is free then."""

    at: int
    place_id: UUID
    resource_ids: Sequence[UUID]


class StartJoined(NamedTuple):
    """A start (seconds since 1970 UTC) at a place, with the ids of who is free as one text."""

    at: int
    place_id: UUID
    resource_ids: str


IN_ORDER = itemgetter(0, 1)
"""Sort starts by time, then by place (C-20)."""


def cut(windows: Iterable[Windows], grid: Grid) -> list[Start]:
    """Cut free windows into starts on each opening's own grid, in order (C-20)."""
    found: dict[tuple[int, UUID], dict[UUID, None]] = defaultdict(dict)
    for one in windows:
        for at in _starts(one, grid):
            # Two openings of one resource may overlap (C-13); it is free once.
            found[at, one.place_id][one.resource_id] = None
    return [Start(at, place_id, list(found[at, place_id])) for at, place_id in sorted(found)]


def _starts(windows: Windows, grid: Grid) -> Iterator[int]:
    for origin, lower, upper in zip(windows.origins, windows.starts, windows.ends, strict=True):
        first = max(lower, grid.earliest)
        first += (origin - first) % grid.step
        yield from range(first, min(upper - grid.duration + 1, grid.before), grid.step)


def cut_together(
    windows: Sequence[Windows], grid: Grid, requires: Mapping[str, int]
) -> list[Start]:
    """Cut into starts at which enough resources of each kind are free (C-25).

    The grid is that of the openings of agents or, where none are required, of the first kind.
    """
    leading = "agent" if "agent" in requires else min(requires)
    needed = [one for one in windows if one.kind in requires]
    led = cut((one for one in needed if one.kind == leading), grid)
    starts = [_together(start, needed, grid.duration, requires) for start in led]
    return [start for start in starts if start.resource_ids]


def _together(
    start: Start, windows: Iterable[Windows], duration: int, requires: Mapping[str, int]
) -> Start:
    free = {
        one.resource_id: one.kind
        for one in windows
        if one.place_id == start.place_id and _covers(one, start.at, start.at + duration)
    }
    kinds = list(free.values())
    enough = all(kinds.count(kind) >= number for kind, number in requires.items())
    return Start(start.at, start.place_id, list(free) if enough else [])


def _covers(windows: Windows, starts: int, ends: int) -> bool:
    spans = zip(windows.starts, windows.ends, strict=True)
    return any(lower <= starts and ends <= upper for lower, upper in spans)


def chosen(
    by_load: Sequence[UUID], kinds: Mapping[UUID, str], requires: Mapping[str, int]
) -> list[UUID]:
    """Pick the least loaded resources of each kind, as many as are required (C-25)."""
    return [
        resource
        for kind, number in requires.items()
        for resource in [one for one in by_load if kinds[one] == kind][:number]
    ]

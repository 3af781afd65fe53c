"""How free windows become slots: pure functions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID


class Windows(NamedTuple):
    """Free times of a resource at a place, side by side, in seconds since 1970 UTC.

    `origins` are the starts of the openings, on which the grid of slots is aligned.
    """

    resource_id: UUID
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
    resource_ids: list[UUID]


def cut(windows: Iterable[Windows], grid: Grid) -> list[Start]:
    """Cut free windows into starts on each opening's own grid, by time and place (C-20)."""
    by_place: defaultdict[UUID, defaultdict[int, list[UUID]]]
    by_place = defaultdict(lambda: defaultdict(list))
    for one in windows:
        _cut(one, grid, by_place[one.place_id])
    return sorted(
        # Two openings of one resource may overlap (C-13); it is free once.
        Start(at, place_id, free if len(set(free)) == len(free) else list(dict.fromkeys(free)))
        for place_id, found in by_place.items()
        for at, free in found.items()
    )


def _cut(windows: Windows, grid: Grid, found: defaultdict[int, list[UUID]]) -> None:
    # The busiest lines of a search: a week of fifty agents comes here thousands of times.
    resource_id, _, origins, starts, ends = windows
    duration, step, earliest, before = grid
    for origin, lower, upper in zip(origins, starts, ends, strict=True):
        first = max(lower, earliest)
        first += (origin - first) % step
        for at in range(first, min(upper - duration + 1, before), step):
            found[at].append(resource_id)

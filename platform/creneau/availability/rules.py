"""How free windows become slots: pure functions."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple, TypeVar
from uuid import UUID

Who = TypeVar("Who")
"""How a resource is named: by its id, or as an answer writes it."""


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


Starts = Mapping[UUID, Mapping[int, Sequence[Who]]]
"""Who is free, by place and by start (seconds since 1970 UTC), in no order."""


def in_order(starts: Starts[UUID]) -> list[Start]:
    """List starts by time, then by place (C-20)."""
    listed = [
        Start(at, place_id, free)
        for place_id in sorted(starts)
        for at, free in starts[place_id].items()
    ]
    return sorted(listed, key=attrgetter("at"))


def by_place(starts: Iterable[Start], named: Callable[[UUID], Who]) -> Starts[Who]:
    """Sort starts into their places, and name who is free."""
    found: dict[UUID, dict[int, list[Who]]] = defaultdict(dict)
    for at, place_id, resource_ids in starts:
        found[place_id][at] = [named(one) for one in resource_ids]
    return found


def itself(resource_id: UUID) -> UUID:
    """Name a resource by its id."""
    return resource_id


def cut(windows: Iterable[Windows], grid: Grid, named: Callable[[UUID], Who]) -> Starts[Who]:
    """Cut free windows into starts on each opening's own grid (C-20).

    `named` is asked once for each window's resource.
    """
    found: dict[UUID, dict[int, list[Who]]] = defaultdict(lambda: defaultdict(list))
    for one in windows:
        _cut(one, grid, named(one.resource_id), found[one.place_id])
    return found


def _cut(windows: Windows, grid: Grid, who: Who, found: dict[int, list[Who]]) -> None:
    # The busiest lines of a search: a week of fifty agents comes here thousands of times, and
    # plain loops were the quickest of those that were measured.
    duration, step, earliest, before = grid
    spans = zip(windows.origins, windows.starts, windows.ends, strict=True)
    for origin, lower, upper in spans:
        at = lower if lower > earliest else earliest  # noqa: FURB136 - max() costs a call each
        at += (origin - at) % step
        last = upper - duration
        if last >= before:
            last = before - 1
        while at <= last:
            free = found[at]
            # Two openings of one resource may overlap (C-13); it is free once.
            if not free or free[-1] is not who:
                free.append(who)
            at += step


def cut_together(
    windows: Sequence[Windows], grid: Grid, requires: Mapping[str, int]
) -> list[Start]:
    """Cut into starts at which enough resources of each kind are free (C-25).

    The grid is that of the openings of agents or, where none are required, of the first kind.
    """
    leading = "agent" if "agent" in requires else min(requires)
    needed = [one for one in windows if one.kind in requires]
    led = cut((one for one in needed if one.kind == leading), grid, itself)
    starts = [_together(start, needed, grid.duration, requires) for start in in_order(led)]
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

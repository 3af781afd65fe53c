"""How free windows become slots: pure functions."""

from collections.abc import Iterable, Mapping, Sequence
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
    resource_ids: list[UUID]


def cut(windows: Iterable[Windows], grid: Grid) -> list[Start]:
    """Cut free windows into starts on each opening's own grid, by time and place (C-20)."""
    by_place: dict[UUID, dict[int, list[UUID]]] = {}
    for one in windows:
        _cut(one, grid, by_place.setdefault(one.place_id, {}))
    return sorted(
        Start(at, place_id, free)
        for place_id, found in by_place.items()
        for at, free in found.items()
    )


def _cut(windows: Windows, grid: Grid, found: dict[int, list[UUID]]) -> None:
    # The busiest lines of a search: a week of fifty agents comes here thousands of times, and
    # plain loops were the quickest of those that were measured.
    resource_id, _, _, origins, starts, ends = windows
    duration, step, earliest, before = grid
    for origin, lower, upper in zip(origins, starts, ends, strict=True):
        at = lower if lower > earliest else earliest  # noqa: FURB136 - max() costs a call each
        at += (origin - at) % step
        last = upper - duration
        if last >= before:
            last = before - 1
        while at <= last:
            free = found.get(at)
            if free is None:
                found[at] = [resource_id]
            # Two openings of one resource may overlap (C-13); it is free once.
            elif free[-1] is not resource_id:
                free.append(resource_id)
            at += step


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

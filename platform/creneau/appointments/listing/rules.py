"""Where a page begins."""

from collections.abc import Sequence

from msgspec.structs import replace

from creneau.appointments.listing.schemas import OnDay, Part, Wanted


def on_its_days(
    wanted: Wanted, days: Sequence[OnDay], offset: int, most: int
) -> tuple[Wanted, int, int]:
    """Ask for what there is on the days alone on which a page of the list is.

    Gives what is then asked, how much that is, and the place of the page in it.
    """
    ordered = sorted(days, key=lambda one: one.begins, reverse=wanted.descending)
    before = 0
    found: list[OnDay] = []
    for one in ordered:
        if before + one.number > offset and before < offset + most:
            found.append(one)
        before += one.number
    if not found:
        return wanted, before, offset
    skipped = sum(one.number for one in ordered[: ordered.index(found[0])])
    begins, ends = min(one.begins for one in found), max(one.ends for one in found)
    alone = replace(wanted, since=begins, to=ends)
    return alone, sum(one.number for one in found), offset - skipped


def slices(parts: Sequence[Part], offset: int, most: int) -> Sequence[tuple[Part, int, int]]:
    """Tell of which parts a page is made: each with the place in it, and how many lines from there on."""
    found: list[tuple[Part, int, int]] = []
    left = most
    for part in parts:
        if left > 0 and part.number > offset:
            found.append((part, offset, min(left, part.number - offset)))
            left -= part.number - offset
        offset = max(0, offset - part.number)
    return found

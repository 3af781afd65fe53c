"""Where a page begins."""

from collections.abc import Sequence

from msgspec.structs import replace

from creneau.appointments.listing.schemas import OnDay, Wanted


def from_its_day(wanted: Wanted, days: Sequence[OnDay], offset: int) -> tuple[Wanted, int, int]:
    """Ask for what comes from the day on in which a place of the list is.

    Gives what is then asked, how much that is, and the place in it.
    """
    total = sum(one.number for one in days)
    ordered = sorted(days, key=lambda one: one.begins, reverse=wanted.descending)
    before = 0
    for one in ordered:
        if before + one.number > offset:
            limit = {"to": one.ends} if wanted.descending else {"since": one.begins}
            return replace(wanted, **limit), total - before, offset - before
        before += one.number
    return wanted, total, offset

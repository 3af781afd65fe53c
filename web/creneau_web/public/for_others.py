"""For whom a visitor books: themselves, or somebody else where a plugin asks so (D-07)."""

from collections.abc import Mapping, Sequence
from typing import Final

from creneau.contributions import BookingFields

ASKED: Final = "pour"
OWN, OTHER = "moi", "autre"


def asking(groups: Sequence[BookingFields]) -> BookingFields | None:
    """Find the group that is asked of whoever books for somebody else; None: nobody is."""
    return next((group for group in groups if group.for_others is not None), None)


def without(groups: Sequence[BookingFields]) -> list[BookingFields]:
    """Leave that group out: everybody is asked the others."""
    return [group for group in groups if group.for_others is None]


def booking_for(groups: Sequence[BookingFields], values: Mapping[str, str]) -> BookingFields | None:
    """Find the group of somebody who has said that they book for somebody else."""
    return next((group for group in groups if group.is_for_others(values)), None)


def said(groups: Sequence[BookingFields], values: Mapping[str, str], asked: str) -> dict[str, str]:
    """Give the values with what the page's address says of for whom one books, if it says so."""
    group = asking(groups)
    if group is None or group.for_others is None or asked not in {OWN, OTHER}:
        return dict(values)
    return {**values, group.for_others.field: "yes" if asked == OTHER else ""}


def is_open(groups: Sequence[BookingFields], values: Mapping[str, str]) -> bool:
    """Tell whether it must still be asked for whom one books."""
    group = asking(groups)
    return (
        group is not None and group.for_others is not None and group.for_others.field not in values
    )

"""Counts of bookings."""

from typing import Literal

import msgspec

Kind = Literal["adviser", "motive", "structure"]


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """The bookings of one adviser, motive or prescribing structure, by what became of them.

    `to_come` are those still planned; `called_off` were cancelled by whoever; the rest was missed.
    """

    kind: Kind
    name: str
    total: int
    seen: int
    to_come: int
    called_off: int
    missed: int

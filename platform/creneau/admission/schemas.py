"""The line in front of a motive, and a place in it; every time is UTC."""

from datetime import datetime
from uuid import UUID

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line: nobody is let in before `opens_at`, then `per_second` people each second.

    At `anchor_at` the numbers up to `anchor_number` had been let in.
    """

    id: UUID
    motive_id: UUID
    opens_at: datetime
    per_second: float
    last_number: int
    anchor_number: int
    anchor_at: datetime


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands: how many are before them, and for how many seconds they still wait.

    `admitted`: it is their turn, and stays so. `number` names the place in the line `line_id`.
    """

    line_id: UUID
    number: int
    admitted: bool
    ahead: int
    seconds: float
    opens_at: datetime


class Ticket(msgspec.Struct, frozen=True):
    """A place in a line, as its holder carries it."""

    line_id: UUID
    number: int

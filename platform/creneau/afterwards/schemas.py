"""What the outbox keeps about the work of a day."""

from datetime import date

import msgspec


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Which daily work is due, and for which day of the tenant's own calendar."""

    code: str
    day: date

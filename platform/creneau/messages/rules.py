"""Whether a message still tells what is true."""

from datetime import datetime
from typing import Final, Literal, Protocol

from creneau_infra.clock import now

from creneau.messages.schemas import BookingMail, Occasion

OVER: Final = frozenset({"excused", "cancelled", "expired"})
ALWAYS_WITH_THE_LATEST: Final[frozenset[Occasion]] = frozenset({"confirmed", "to_reschedule"})
"""These say what is true when they leave, whatever moved meanwhile."""


class Booked(Protocol):
    """What has become of a booking; times are UTC."""

    @property
    def state(self) -> str:
        """Its status (C-65)."""
        ...

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        ...

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        ...

    @property
    def sequence(self) -> int:
        """How often it has changed."""
        ...


def out_of_date(mail: BookingMail, booking: Booked) -> Literal["outdated", "over"] | None:
    """Say why a message is of no use any more: a later one tells more, or the time has come."""
    if mail.occasion == "cancelled":
        return None
    if (mail.occasion == "to_reschedule") != (booking.state == "to_reschedule"):
        return "outdated"
    if booking.state in OVER:
        return "outdated"
    if booking.ends_at <= now():
        return "over"
    if mail.occasion == "reminder" and booking.starts_at <= now():
        return "over"
    latest = mail.occasion in ALWAYS_WITH_THE_LATEST or mail.sequence >= booking.sequence
    return None if latest else "outdated"

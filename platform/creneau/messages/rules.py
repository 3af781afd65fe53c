"""Whether a message still tells what is true."""

from datetime import datetime
from typing import Final, Literal, Protocol

from creneau_infra.clock import now

from creneau.messages.schemas import LEFT, BookingMail, Occasion, StatusChange

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


def told_by_status(change: StatusChange, booking: Booked) -> Occasion | None:
    """Say what a status that an agent set means to those concerned: called off, or on again.

    Nothing once the appointment has begun: whoever notes then what became of it tells nobody.
    """
    if booking.starts_at <= now() or booking.state != change.state:
        return None
    if change.state == "excused":
        return "cancelled"
    again = change.before == "excused" and change.state == "planned"
    return "confirmed" if again else None


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
    # Wherever it moved since, it is not on the agenda of whoever lost it.
    always = mail.occasion in ALWAYS_WITH_THE_LATEST or mail.reader.startswith(LEFT)
    latest = always or mail.sequence >= booking.sequence
    return None if latest else "outdated"

"""Whether a message may be sent again."""

from typing import Literal, get_args

import msgspec

from creneau.messages.receipts.schemas import Receipt
from creneau.messages.rules import OVER, Booked, out_of_date
from creneau.messages.schemas import BookingMail, Occasion


def mail_of(receipt: Receipt) -> BookingMail | None:
    """Give the mail about a booking that a receipt is for; None: it was about something else."""
    if receipt.booking_id is None or receipt.occasion not in get_args(Occasion):
        return None
    return BookingMail(
        occasion=msgspec.convert(receipt.occasion, Occasion),
        booking_id=receipt.booking_id,
        sequence=receipt.sequence,
        reader=receipt.reader,
        channel=receipt.channel,
    )


def why_not(mail: BookingMail, booking: Booked) -> Literal["outdated", "over"] | None:
    """Say why a message would be of no use, or would deceive."""
    if mail.occasion == "cancelled":
        return None if booking.state in OVER else "outdated"
    return out_of_date(mail, booking)

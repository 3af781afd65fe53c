"""Sending a message again, as somebody asks who says that they never got it (C-82)."""

from uuid import UUID

from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.messages.jobs import BOOKING_MAIL, receipt_of
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Receipt
from creneau.messages.resending.errors import (
    AppointmentOver,
    MessageOutdated,
    NotSentAgain,
    ReaderGone,
    StillOnItsWay,
)
from creneau.messages.resending.rules import mail_of, why_not
from creneau.messages.schemas import BookingMail, Reader
from creneau.messages.service import reader_of, subject_of

REFUSALS = {"outdated": MessageOutdated, "over": AppointmentOver}


async def resend(message_id: UUID, actor: Actor, *, seen: int) -> Receipt:
    """Send a message about a booking again, to where its reader is now; it has its own receipt.

    `seen` is how many times it had been sent again when the page was shown: whoever presses twice,
    or at the same moment as a colleague, sends it once.

    Raises:
        NotFound: There is no such message here.
        StillOnItsWay: It is being sent.
        MessageOutdated: The appointment changed since.
        AppointmentOver: The appointment has taken place.
        ReaderGone: Its reader is not told of the booking any more.
        NotSentAgain: It is not about a booking.
    """
    before = await receipts.receipt(message_id)
    mail = mail_of(before)
    if mail is None:
        raise NotSentAgain
    if before.state == "queued":
        raise StillOnItsWay
    subject = await subject_of(mail.booking_id)
    reader = subject and await reader_of(subject, mail)
    if subject is None or reader is None:
        raise ReaderGone
    if reason := why_not(mail, subject.booking):
        raise REFUSALS[reason]
    await _post(before, mail, reader, actor, seen)
    return before


async def _post(
    before: Receipt, mail: BookingMail, reader: Reader, actor: Actor, seen: int
) -> None:
    receipt = receipt_of(mail, reader, resend_of=before.id)
    details = {"message_id": before.id, "occasion": before.occasion, "reader": before.reader}
    async with tenant_transaction() as tx:
        key = f"resend:{before.id}:{seen}"
        if await receipts.post(tx, BOOKING_MAIL, mail, receipt, key=key):
            await record(tx, actor, "message.resent", "booking", mail.booking_id, details)

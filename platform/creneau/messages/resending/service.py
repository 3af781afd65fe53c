"""Sending a message again, as somebody asks who says that they never got it (C-82)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, NamedTuple, get_args
from uuid import UUID

from msgspec.structs import replace

from creneau.confidentiality.service import is_confidential
from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.invitations.schemas import InvitationMessage
from creneau.invitations.service import telling as invitations
from creneau.messages.jobs import posting_of
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import NewReceipt, Posting, Receipt
from creneau.messages.resending.errors import (
    AppointmentOver,
    InvitationEnded,
    KeptConfidential,
    MessageOutdated,
    NotSentAgain,
    OfferEnded,
    ReaderGone,
    StillOnItsWay,
    WaitsNoMore,
)
from creneau.messages.resending.rules import mail_of, why_not
from creneau.messages.rules import Booked
from creneau.messages.schemas import Occasion, Reader
from creneau.messages.service import answering_for, reader_of, subject_of
from creneau.refusals import NotFound
from creneau.waiting.schemas import Entry, OfferMessage
from creneau.waiting.service import telling as waiting

REFUSALS = {"outdated": MessageOutdated, "over": AppointmentOver}


class Again(NamedTuple):
    """What is posted once more, and where the history says so."""

    posting: Posting
    action: str
    subject: tuple[str, UUID]


async def resend(message_id: UUID, actor: Actor, *, seen: int) -> NewReceipt:
    """Send a message again, to where its reader is now, and give the receipt that it has itself.

    `seen` is how many times it had been sent again when the page was shown: whoever presses twice,
    or at the same moment as a colleague, sends it once.

    Raises:
        NotFound: There is no such message here.
        StillOnItsWay: It is being sent.
        MessageOutdated: The appointment changed since.
        AppointmentOver: The appointment has taken place.
        OfferEnded: The offered slot was answered, or is not held any more.
        WaitsNoMore: Nobody waits any more for what it was about.
        InvitationEnded: One cannot book with the invitation any more.
        ReaderGone: Nobody reads it any more, or not by this way.
        KeptConfidential: Nothing is sent about this appointment.
        NotSentAgain: It holds a code or a link that serves once; another is asked for.
    """
    before = await receipts.receipt(message_id)
    if before.occasion not in AGAIN:
        raise NotSentAgain
    if before.state == "queued":
        raise StillOnItsWay
    again = await AGAIN[before.occasion](before)
    await _post(before, again, actor, seen)
    return again.posting.receipt


async def resendable(found: Sequence[Receipt], bookings: Mapping[UUID, Booked]) -> frozenset[UUID]:
    """Name those of some receipts that may be sent again; `bookings` are those that they are about."""
    reached = await _reached_by_now(found)
    settled = [one for one in found if one.state != "queued" and (one.address or one.id in reached)]
    about = [one for one in settled if one.booking_id in bookings]
    useful = {one.id for one in about if _useful(one, bookings)}
    invited = await invitations.still_told(settled)
    return await waiting.still_told(settled) | invited | useful


async def _reached_by_now(found: Sequence[Receipt]) -> frozenset[UUID]:
    """Name those that had nowhere to go, and whose reader has an address since."""
    nowhere = [one for one in found if one.reason == "no_address" and not one.address]
    readers = {one: await _answering_for(one) for one in {each.person_id for each in nowhere}}
    return frozenset(
        one.id
        for one in nowhere
        if (reader := readers[one.person_id]) is not None and reader.address(one.channel)
    )


async def _answering_for(person_id: UUID | None) -> Reader | None:
    try:
        return await answering_for(person_id) if person_id else None
    except NotFound:
        return None  # erased meanwhile


def _useful(receipt: Receipt, bookings: Mapping[UUID, Booked]) -> bool:
    mail = mail_of(receipt)
    return mail is not None and why_not(mail, bookings[mail.booking_id]) is None


async def _post(before: Receipt, again: Again, actor: Actor, seen: int) -> None:
    posting = replace(again.posting, receipt=replace(again.posting.receipt, resend_of=before.id))
    details = {"message_id": before.id, "occasion": before.occasion, "reader": before.reader}
    async with tenant_transaction() as tx:
        if await receipts.post_as(tx, posting, key=f"resend:{before.id}:{seen}"):
            await record(tx, actor, again.action, *again.subject, details)


async def _booking(before: Receipt) -> Again:
    mail = mail_of(before)
    subject = mail and await subject_of(mail.booking_id)
    reader = mail and subject and await reader_of(subject, mail)
    if subject is not None and subject.booking.confidential and reader is None:
        raise KeptConfidential
    if mail is None or subject is None or reader is None:
        raise ReaderGone
    if reason := why_not(mail, subject.booking):
        raise REFUSALS[reason]
    return Again(posting_of(mail, reader), "message.resent", ("booking", mail.booking_id))


async def _offer(before: Receipt) -> Again:
    found = await waiting.open_offer(before.about_id) if before.about_id else None
    if found is None:
        raise OfferEnded
    offer, entry = found
    await _refuse_confidential(entry)
    reader = await waiting.reader_of(entry)
    if reader is None or not reader.address(before.channel):
        raise ReaderGone
    message = OfferMessage(offer_id=offer.id, channel=before.channel)
    posting = waiting.offer_posting(offer, reader, message)
    return Again(posting, "waiting.told_again", ("person", entry.person_id))


async def _joined(before: Receipt) -> Again:
    entry = await waiting.waiting_entry(before.about_id) if before.about_id else None
    if entry is None:
        raise WaitsNoMore
    await _refuse_confidential(entry)
    reader = await waiting.reader_of(entry)
    if reader is None or not reader.email:
        raise ReaderGone
    posting = waiting.joined_posting(entry, reader)
    return Again(posting, "waiting.told_again", ("person", entry.person_id))


async def _refuse_confidential(entry: Entry) -> None:
    if await is_confidential(entry.person_id, entry.motive_id):
        raise KeptConfidential


async def _invitation(before: Receipt) -> Again:
    found = await invitations.open_invitation(before.about_id) if before.about_id else None
    if found is None:
        raise InvitationEnded
    if await invitations.is_silent(found):
        raise KeptConfidential
    reader = await invitations.reader_of(found)
    if reader is None or not reader.address(before.channel):
        raise ReaderGone
    message = InvitationMessage(
        invitation_id=found.id,
        channel=before.channel,
        reminder=before.occasion == "invitation_reminder",
    )
    posting = invitations.posting(found, reader, message)
    return Again(posting, "invitation.told_again", ("person", found.person_id))


AGAIN: Final[Mapping[str, Callable[[Receipt], Awaitable[Again]]]] = {
    **dict.fromkeys(get_args(Occasion), _booking),
    "waiting_offer": _offer,
    "waiting_joined": _joined,
    "invitation": _invitation,
    "invitation_reminder": _invitation,
}
"""How a message about something is found again, as it would be written now."""

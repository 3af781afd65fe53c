"""Whatever is written to anybody leaves a receipt that says what became of it (C-82)."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from asyncpg.exceptions import ForeignKeyViolationError
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import SYSTEM, VISITOR
from creneau.database import tenant_transaction
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import NewReceipt, Posting, Receipt
from creneau.messages.resending.service import resend
from creneau.sms.errors import SmsRefused
from msgspec.structs import replace

from tests.platform.cast import Town
from tests.platform.messages.post import ALICE, Postman, PostOffice, book

SOURCES = ("platform", "tenants", "web", "plugins")
HANDED_OVER = re.compile(
    r"\b(?:_deliver|deliver|sms\.send)\(\s*(?:Message|_message|await|Sms|message)"
)
ROOT = Path(__file__).parents[3]
TELLS = "platform/creneau/messages/telling/jobs.py"


async def last(booking: Booking) -> Receipt:
    return (await receipts.of_booking(booking.id))[0]


def told_by_mail(booking: Booking) -> NewReceipt:
    return NewReceipt(
        about="booking", occasion="confirmed", address=ALICE.email, booking_id=booking.id
    )


async def announce_by_sms(booking: Booking) -> None:
    by_sms = replace(told_by_mail(booking), channel="sms", address="+33600000000")
    async with tenant_transaction() as tx:
        await receipts.post_as(
            tx, Posting(kind="sms.confirmed", payload={}, receipt=by_sms), key="by sms"
        )


async def come_back() -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET due_at = now() WHERE done_at IS NULL")


@pytest.mark.feature("C-82")
async def test_a_message_is_queued_then_sent_or_failed_with_the_reason_and_sent_again(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    post_office.answers[ALICE.email] = "451 4.2.0 come back later"
    await postman.walk()
    queued = await last(booking)
    assert (queued.state, queued.reason) == ("queued", "asked_to_wait")
    post_office.answers[ALICE.email] = "550 5.1.1 no such user"
    await come_back()
    await postman.walk()
    failed = await last(booking)
    assert (failed.id, failed.state, failed.reason) == (queued.id, "failed", "address_unknown")
    post_office.answers.clear()
    await resend(failed.id, SYSTEM, seen=0)
    await postman.walk()
    sent = await last(booking)
    assert (sent.state, sent.reason, sent.resend_of) == ("sent", None, failed.id)
    assert len(post_office.to(ALICE.email)) == 1
    await appointments.cancel(booking.id, VISITOR)
    await postman.walk()
    told = {one.occasion: one.state for one in await receipts.of_booking(booking.id)}
    assert told["cancelled"] == "sent"


@pytest.mark.feature("C-82")
def test_no_code_hands_over_a_message_but_the_one_that_keeps_its_receipt() -> None:
    handing = {
        str(path.relative_to(ROOT))
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*.py")
        if HANDED_OVER.search(path.read_text())
    }
    assert handing == {TELLS}
    assert "receipts.attempt(" in (ROOT / TELLS).read_text()


def test_code_without_a_receipt_would_be_found() -> None:
    assert HANDED_OVER.search("await self._deliver(\n    Message(to=agent.email))")
    assert HANDED_OVER.search("await deliver(_message(letter, to))")
    assert HANDED_OVER.search("await sms.send(Sms(to=reader.phone))")


@pytest.mark.feature("C-82")
async def test_what_takes_the_place_of_a_refused_message_is_written_with_the_refusal_or_not_at_all(
    open_town: Town,
) -> None:
    booking = await book(open_town.motive)
    await announce_by_sms(booking)
    sms = await last(booking)

    async def refused() -> None:
        raise SmsRefused

    async def lost() -> Posting:
        # What its receipt is about is not there: writing it down fails.
        nowhere = replace(told_by_mail(booking), booking_id=uuid4())
        return Posting(kind="mail.lost", payload={}, receipt=nowhere)

    async def kept() -> Posting:
        return Posting(kind="mail.kept", payload={}, receipt=told_by_mail(booking))

    with pytest.raises(ForeignKeyViolationError):
        await receipts.attempt(sms.id, refused, instead=lost)
    assert (await receipts.receipt(sms.id)).state == "queued"
    with pytest.raises(SmsRefused):
        await receipts.attempt(sms.id, refused, instead=kept)
    assert (await receipts.receipt(sms.id)).state == "failed"
    assert (await last(booking)).channel == "email"
    # Whoever died right after that finds it settled, and writes nothing else.
    await receipts.attempt(sms.id, refused, instead=kept)
    assert len(await receipts.of_booking(booking.id)) == 2

"""Whatever is written to anybody leaves a receipt that says what became of it (C-82)."""

import re
from pathlib import Path

from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import SYSTEM, VISITOR
from creneau.database import tenant_transaction
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Receipt
from creneau.messages.resending.service import resend

from tests.platform.cast import Town
from tests.platform.messages.post import ALICE, Postman, PostOffice, book

SOURCES = ("platform", "tenants", "web", "plugins")
HANDED_OVER = re.compile(
    r"\b(?:_deliver|deliver|sms\.send)\(\s*(?:Message|_message|await|Sms|message)"
)
ROOT = Path(__file__).parents[3]


async def last(booking: Booking) -> Receipt:
    return (await receipts.of_booking(booking.id))[0]


async def come_back() -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET due_at = now() WHERE done_at IS NULL")


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


def test_no_code_hands_over_a_message_that_has_no_receipt() -> None:
    handing = {
        str(path.relative_to(ROOT))
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*.py")
        if HANDED_OVER.search(path.read_text())
    }
    assert "platform/creneau/messages/jobs.py" in handing
    without = {name for name in handing if "receipts.attempt(" not in (ROOT / name).read_text()}
    assert without == set()


def test_code_without_a_receipt_would_be_found() -> None:
    assert HANDED_OVER.search("await self._deliver(\n    Message(to=agent.email))")
    assert HANDED_OVER.search("await sms.send(Sms(to=reader.phone))")

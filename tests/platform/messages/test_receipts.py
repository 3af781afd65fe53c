from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, MoveRequest
from creneau.context import SYSTEM, VISITOR, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.messages import jobs
from creneau.messages.jobs import BOOKING_MAIL, CODE_MAIL, announce
from creneau.messages.receipts import queries
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import NewReceipt, Receipt
from creneau.messages.resending.service import resend
from creneau.messages.schemas import BookingChange, CodeMail
from creneau.people import service as people
from creneau_infra.clock import now
from creneau_infra.mail.acknowledged import Acknowledged, once
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.rules import MOST_ATTEMPTS, MOST_LAPSES
from creneau_infra.outbox.service import deliver_due

from tests.platform.cast import Stranger, Town
from tests.platform.messages.post import ALICE, Postman, PostOffice, book, free_slots


async def the_receipt(booking: Booking) -> Receipt:
    (receipt,) = await receipts.of_booking(booking.id)
    return receipt


async def come_back() -> None:
    """Let everything that waits for another attempt be due."""
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET due_at = now() WHERE done_at IS NULL")


async def do_again(kind: str) -> None:
    """Have work done again, as after a worker that died before it could say that it was done."""
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET done_at = NULL, due_at = now() WHERE kind = $1", kind)


async def test_nobody_else_reads_a_receipt(
    open_town: Town, postman: Postman, stranger: Stranger
) -> None:
    booking = await book(open_town.motive)
    await postman.walk()
    with acting_for(stranger.tenant):
        assert await receipts.of_booking(booking.id) == []


async def test_a_message_that_left_has_a_receipt_which_says_to_whom_how_and_when(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await postman.walk()
    receipt = await the_receipt(booking)
    assert (receipt.state, receipt.reason, receipt.attempts) == ("sent", None, 1)
    assert (receipt.occasion, receipt.channel, receipt.address) == (
        "confirmed",
        "email",
        ALICE.email,
    )
    assert receipt.reader_name == "Alice Petit"
    assert receipt.person_id == booking.person_id
    assert receipt.sent_at is not None
    assert now() - receipt.sent_at < timedelta(minutes=1)
    letter = post_office.the_letter_to(ALICE.email)
    assert str(letter["Message-ID"]).startswith(f"<{receipt.id}@")


async def test_the_receipt_is_there_as_soon_as_the_message_is_announced(open_town: Town) -> None:
    booking = await book(open_town.motive)
    change, row_id = BookingChange(booking_id=booking.id), uuid4()
    await announce("confirmed", change, row_id)
    await announce("confirmed", change, row_id)
    receipt = await the_receipt(booking)
    assert (receipt.state, receipt.attempts, receipt.settled_at) == ("queued", 0, None)


async def test_a_message_and_its_receipt_are_lost_together_or_not_at_all(
    open_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = await book(open_town.motive)

    async def fail(*_args: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(queries, "add", fail)
    with pytest.raises(RuntimeError):
        await announce("confirmed", BookingChange(booking_id=booking.id), uuid4())
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM outbox WHERE kind = $1", BOOKING_MAIL) == 0


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("550 5.1.1 no such user", "address_unknown"),
        ("550 no such user", "address_unknown"),
        ("550 5.7.1 your message looks like spam", "refused_by_rules"),
        ("550 blocked by our policy", "refused_by_rules"),
        ("552 5.2.2 mailbox full", "mailbox_full"),
        ("550 5.2.1 mailbox disabled", "mailbox_closed"),
        ("553 bad address", "address_wrong"),
        ("554 no", "refused"),
    ],
)
async def test_what_a_server_refuses_for_good_has_failed_with_the_reason_and_is_not_tried_again(
    open_town: Town, post_office: PostOffice, postman: Postman, answer: str, reason: str
) -> None:
    booking = await book(open_town.motive)
    post_office.answers[ALICE.email] = answer
    await postman.walk()
    receipt = await the_receipt(booking)
    assert (receipt.state, receipt.reason, receipt.attempts) == ("failed", reason, 1)
    assert receipt.sent_at is None
    post_office.answers.clear()
    await do_again(BOOKING_MAIL)
    await postman.walk()
    assert post_office.letters == []


async def test_a_message_that_has_to_wait_says_why_and_leaves_later(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    post_office.answers[ALICE.email] = "451 4.2.0 come back later"
    await postman.walk()
    receipt = await the_receipt(booking)
    assert (receipt.state, receipt.reason, receipt.attempts) == ("queued", "asked_to_wait", 1)
    post_office.answers.clear()
    await come_back()
    await postman.walk()
    receipt = await the_receipt(booking)
    assert (receipt.state, receipt.reason, receipt.attempts) == ("sent", None, 2)


async def test_a_mail_server_that_is_away_is_named_as_the_reason(
    open_town: Town, tenant: Tenant
) -> None:
    booking = await book(open_town.motive)
    await Postman(tenant, 1).walk()
    assert (await the_receipt(booking)).reason == "server_away"


async def give_up(tenant: Tenant, booking: Booking) -> None:
    """Let a message fail for the last time."""
    nowhere = Postman(tenant, 1)
    await nowhere.walk()
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE message SET attempts = $1", MOST_ATTEMPTS - 1)
        tired = "UPDATE outbox SET attempts = $2 WHERE kind = $1"
        await tx.execute(tired, BOOKING_MAIL, MOST_ATTEMPTS - 1)
    await come_back()
    await nowhere.walk()
    receipt = await the_receipt(booking)
    assert (receipt.state, receipt.reason) == ("failed", "given_up")


async def test_a_message_is_given_up_after_its_last_attempt(
    open_town: Town, tenant: Tenant
) -> None:
    await give_up(tenant, await book(open_town.motive))


async def test_what_ends_its_worker_each_time_has_failed_and_can_be_sent_again(
    open_town: Town, tenant: Tenant, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await announce("confirmed", BookingChange(booking_id=booking.id), booking.id)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET lease_until = '-infinity', lapses = $1", MOST_LAPSES)
    await postman.walk()
    assert (await the_receipt(booking)).state == "queued"
    await receipts.settle_lost(tenant.id)
    receipt = await the_receipt(booking)
    assert (receipt.state, receipt.reason) == ("failed", "trouble")
    await resend(receipt.id, SYSTEM, seen=0)
    await postman.walk()
    assert post_office.addressees == [ALICE.email]


async def test_what_waits_is_left_to_wait(open_town: Town, tenant: Tenant) -> None:
    booking = await book(open_town.motive)
    await announce("confirmed", BookingChange(booking_id=booking.id), booking.id)
    assert await receipts.settle_lost(tenant.id) == 0
    assert (await the_receipt(booking)).state == "queued"


async def test_what_was_given_up_leaves_once_an_operator_brings_it_back(
    open_town: Town, tenant: Tenant, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await give_up(tenant, booking)
    assert await receipts.bring_back(tenant.id, kind="mail.other") == 0
    assert await receipts.bring_back(tenant.id) == 1
    await come_back()
    await postman.walk()
    assert post_office.addressees == [ALICE.email]
    assert (await the_receipt(booking)).state == "sent"


async def test_a_worker_that_dies_after_its_note_sends_nothing_twice(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    await book(open_town.motive)
    await postman.walk()
    await do_again("booking.confirmed")
    await do_again(BOOKING_MAIL)
    await postman.walk()
    assert post_office.addressees == [ALICE.email]


async def test_a_worker_that_dies_between_the_acknowledgement_and_its_note_sends_nothing_twice(
    open_town: Town,
    tenant: Tenant,
    post_office: PostOffice,
    postman: Postman,
    acknowledged: Acknowledged,
) -> None:
    booking = await book(open_town.motive)

    async def tenant_of(_tenant_id: UUID) -> Tenant:
        return tenant

    class Killed(BaseException):
        pass

    async def die_afterwards(message: Message) -> None:
        await once(postman.transport.send, acknowledged)(message)
        raise Killed

    with pytest.raises(Killed):
        await deliver_due(jobs.handlers(die_afterwards, tenant_of), tenant.id)
    assert (await the_receipt(booking)).state == "queued"
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET lease_until = now() - interval '1 second'")
    again = Acknowledged(acknowledged.folder)
    send = once(postman.transport.send, again)
    await deliver_due(jobs.handlers(send, tenant_of), tenant.id)
    assert post_office.addressees == [ALICE.email]
    assert (await the_receipt(booking)).state == "sent"


async def test_what_is_overtaken_is_set_aside_and_says_so(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await postman.walk()
    later = (await free_slots(open_town.motive))[2]
    await appointments.move(booking.id, MoveRequest(starts_at=later.starts_at), VISITOR)
    post_office.answers[ALICE.email] = "451 later"
    await postman.walk()
    post_office.answers.clear()
    await appointments.cancel(booking.id, VISITOR)
    await come_back()
    await postman.walk()
    found = {one.occasion: (one.state, one.reason) for one in await receipts.of_booking(booking.id)}
    assert found == {
        "confirmed": ("sent", None),
        "moved": ("set_aside", "outdated"),
        "cancelled": ("sent", None),
    }


async def test_a_copy_of_the_data_holds_what_was_written_and_an_erasure_blanks_it(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await postman.walk()
    await appointments.cancel(booking.id, VISITOR)
    assert booking.person_id is not None
    async with tenant_transaction() as tx:
        code = NewReceipt(about="code", occasion="code", address=ALICE.email)
        mail = CodeMail(email=ALICE.email, code="123456", locale="fr")
        await receipts.post(tx, CODE_MAIL, mail, code, key="code")
    (message,) = (await people.export(booking.person_id))["messages"]
    assert (message["address"], message["state"]) == (ALICE.email, "sent")
    post_office.answers[ALICE.email] = "451 later"
    await postman.walk()
    await people.erase(booking.person_id, SYSTEM)
    post_office.letters.clear()
    post_office.answers.clear()
    await come_back()
    await postman.walk()
    found = {one.occasion: (one.state, one.reason) for one in await receipts.of_booking(booking.id)}
    assert found["cancelled"] == ("set_aside", "no_reader")
    assert post_office.addressees == [ALICE.email]  # the code, asked for by the address itself
    async with tenant_transaction() as tx:
        kept = str(await tx.rows("SELECT * FROM message"))
    assert ALICE.email not in kept
    assert "Petit" not in kept


async def test_receipts_of_codes_are_forgotten_after_a_month(tenant: Tenant) -> None:
    async with tenant_transaction() as tx:
        for number, age in enumerate((29, 31)):
            receipt = NewReceipt(about="code", occasion="code", address=ALICE.email)
            mail = CodeMail(email=ALICE.email, code="123456", locale="fr")
            kept = await receipts.post(tx, CODE_MAIL, mail, receipt, key=f"code:{number}")
            await tx.execute(
                "UPDATE message SET created_at = now() - $2::interval WHERE id = $1",
                kept,
                timedelta(days=age),
            )
    assert await receipts.forget_passing(tenant.id) == 1
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM message") == 1


async def test_what_has_left_is_not_sent_by_another_attempt(
    open_town: Town, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await postman.walk()
    receipt, again = await the_receipt(booking), list[str]()

    async def send() -> None:
        again.append("sent")

    await receipts.attempt(receipt.id, send)
    assert again == []

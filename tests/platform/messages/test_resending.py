import asyncio
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, MoveRequest
from creneau.context import SYSTEM, VISITOR, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.history.queries import of_subject
from creneau.messages.jobs import CODE_MAIL
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import NewReceipt, Receipt
from creneau.messages.resending import errors
from creneau.messages.resending.service import resend
from creneau.messages.schemas import CodeMail
from creneau.people import service as people
from creneau.refusals import NotFound

from tests.platform.cast import Stranger, Town
from tests.platform.messages.post import ALICE, Postman, PostOffice, book, free_slots


@pytest.fixture
async def sent(open_town: Town, postman: Postman) -> Receipt:
    booking = await book(open_town.motive)
    await postman.walk()
    return await last(booking)


async def last(booking: Booking) -> Receipt:
    return (await receipts.of_booking(booking.id))[0]


async def of(receipt: Receipt) -> list[Receipt]:
    assert receipt.booking_id is not None
    return await receipts.of_booking(receipt.booking_id)


async def test_a_stranger_and_whoever_guesses_send_nothing(
    sent: Receipt, stranger: Stranger, post_office: PostOffice, postman: Postman
) -> None:
    with pytest.raises(NotFound):
        await resend(uuid4(), SYSTEM, seen=0)
    with acting_for(stranger.tenant), pytest.raises(NotFound):
        await resend(sent.id, SYSTEM, seen=0)
    await postman.walk()
    assert len(post_office.letters) == 1


async def test_a_message_sent_again_is_a_new_one_with_its_own_receipt_and_a_trace(
    open_town: Town, sent: Receipt, post_office: PostOffice, postman: Postman
) -> None:
    await resend(sent.id, Actor("agent", open_town.alice), seen=0)
    await postman.walk()
    first, second = post_office.to(ALICE.email)
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Subject"] == second["Subject"]
    again, before = await of(sent)
    assert (before.id, before.again) == (sent.id, 1)
    assert (again.resend_of, again.state, again.occasion) == (sent.id, "sent", "confirmed")
    assert sent.booking_id is not None
    async with tenant_transaction() as tx:
        entry = (await of_subject(tx, "booking", sent.booking_id))[-1]
    assert (entry.action, entry.actor_id) == ("message.resent", open_town.alice)
    assert ALICE.email not in str(entry.details)


async def test_pressing_twice_sends_once_and_pressing_again_later_once_more(
    sent: Receipt, post_office: PostOffice, postman: Postman
) -> None:
    await asyncio.gather(*(resend(sent.id, SYSTEM, seen=0) for _ in range(3)))
    await postman.walk()
    assert len(post_office.letters) == 2
    await resend(sent.id, SYSTEM, seen=1)
    await postman.walk()
    assert len(post_office.letters) == 3
    assert sent.booking_id is not None
    async with tenant_transaction() as tx:
        entries = await of_subject(tx, "booking", sent.booking_id)
    assert [entry.action for entry in entries].count("message.resent") == 2


async def test_what_is_on_its_way_is_not_sent_beside_itself(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    post_office.answers[ALICE.email] = "451 later"
    await postman.walk()
    with pytest.raises(errors.StillOnItsWay):
        await resend((await last(booking)).id, SYSTEM, seen=0)


async def test_what_would_deceive_is_not_sent_again(
    open_town: Town, sent: Receipt, postman: Postman
) -> None:
    assert sent.booking_id is not None
    first, second = (await free_slots(open_town.motive))[2:4]
    await appointments.move(sent.booking_id, MoveRequest(starts_at=first.starts_at), VISITOR)
    await postman.walk()
    moved = (await of(sent))[0]
    await appointments.move(sent.booking_id, MoveRequest(starts_at=second.starts_at), VISITOR)
    await postman.walk()
    with pytest.raises(errors.MessageOutdated):
        await resend(moved.id, SYSTEM, seen=0)
    await appointments.cancel(sent.booking_id, VISITOR)
    await postman.walk()
    with pytest.raises(errors.MessageOutdated):
        await resend(sent.id, SYSTEM, seen=0)
    cancelled = (await of(sent))[0]
    await resend(cancelled.id, SYSTEM, seen=0)
    await appointments.set_state(sent.booking_id, "planned", SYSTEM)
    with pytest.raises(errors.MessageOutdated):
        await resend(cancelled.id, SYSTEM, seen=1)


async def test_what_is_over_is_not_told_again(sent: Receipt) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE appointment SET starts_at = now() - interval '2 hours', ends_at = now()"
        )
    with pytest.raises(errors.AppointmentOver):
        await resend(sent.id, SYSTEM, seen=0)


async def test_who_is_forgotten_is_not_written_to_again(sent: Receipt) -> None:
    assert sent.booking_id is not None
    assert sent.person_id is not None
    await appointments.cancel(sent.booking_id, VISITOR)
    await people.erase(sent.person_id, SYSTEM)
    with pytest.raises(errors.ReaderGone):
        await resend(sent.id, SYSTEM, seen=0)


async def test_a_code_is_asked_for_anew(open_town: Town) -> None:
    del open_town
    async with tenant_transaction() as tx:
        mail = CodeMail(email=ALICE.email, code="123456", locale="fr")
        receipt = NewReceipt(about="code", occasion="code", address=ALICE.email)
        code = await receipts.post(tx, CODE_MAIL, mail, receipt, key="code")
    assert code is not None
    with pytest.raises(errors.NotSentAgain):
        await resend(code, SYSTEM, seen=0)


async def test_a_corrected_address_gets_what_the_wrong_one_did_not(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    post_office.answers[ALICE.email] = "550 5.1.1 unknown"
    await postman.walk()
    failed = await last(booking)
    assert ALICE.email in await receipts.dead_addresses([ALICE.email])
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE person SET email = 'alice@example.net'")
    await resend(failed.id, SYSTEM, seen=0)
    await postman.walk()
    assert post_office.addressees == ["alice@example.net"]
    assert await receipts.dead_addresses(["alice@example.net"]) == {}


async def test_an_address_works_again_once_something_was_accepted_for_it(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    post_office.answers[ALICE.email] = "550 5.1.1 unknown"
    await postman.walk()
    post_office.answers.clear()
    await resend((await last(booking)).id, SYSTEM, seen=0)
    await postman.walk()
    assert await receipts.dead_addresses([ALICE.email]) == {}

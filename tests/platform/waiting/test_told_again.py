"""What who waits is told has a receipt, arrives by another way if need be, and is sent again (C-82)."""

from uuid import uuid4

import pytest
from creneau.context import SYSTEM, Actor
from creneau.database import tenant_transaction
from creneau.history.queries import of_subject
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Receipt
from creneau.messages.resending import errors
from creneau.messages.resending.service import resend, resendable
from creneau.people import service as people
from creneau.testing.phones import sms_to, switch_sms_on
from creneau.waiting import service as waiting
from creneau.waiting.schemas import Acceptance, Entry
from creneau.waiting.service.offering import OFFERED
from creneau.waiting.service.telling import OFFER_MAIL
from creneau_infra.settings import Settings

from tests.platform.cast import Town
from tests.platform.waiting.cast import (
    Worker,
    address_of,
    ask,
    fill,
    let_offers_run_out,
    offer_of,
    state_of,
)
from tests.platform.waiting.test_offer_messages import channels, offer_to, offers_told, reach


@pytest.fixture
def mobile() -> str:
    """Give a number that no other test writes to."""
    return f"+3361{int(uuid4()) % 10**7:07}"


@pytest.fixture
async def offered(morning: Town, worker: Worker) -> Entry:
    """Let Amina be offered what frees, by mail."""
    await fill(morning)
    entry = await ask(morning, "Amina")
    await offer_to(morning, worker, entry)
    return entry


async def limited_to(sms_a_month: int) -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE sms_setting SET monthly_limit = $1", sms_a_month)


async def joined_told() -> list[Receipt]:
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT id FROM message WHERE tenant_id = $1 AND occasion = 'waiting_joined' "
            "ORDER BY created_at",
            tx.tenant_id,
        )
    return [await receipts.receipt(row["id"]) for row in rows]


@pytest.mark.feature("C-82")
async def test_an_offer_is_sent_again_while_it_is_open_with_a_receipt_and_a_trace_of_its_own(
    morning: Town, offered: Entry, worker: Worker
) -> None:
    (first,) = await offers_told()
    assert await resendable([first], {}) == {first.id}
    told = await resend(first.id, Actor("agent", morning.alice), seen=0)
    assert told.address == address_of("Amina")
    await resend(first.id, SYSTEM, seen=0)
    await worker.work()
    before, again = worker.letters_to(address_of("Amina"))
    assert before.subject == again.subject
    assert before.message_id != again.message_id
    assert before.text != again.text  # each has a link of its own
    kept = {one.id: one for one in await offers_told()}
    (copy,) = [one for one in kept.values() if one.resend_of == first.id]
    assert (copy.state, copy.about_id, kept[first.id].again) == ("sent", first.about_id, 1)
    async with tenant_transaction() as tx:
        entry = (await of_subject(tx, "person", offered.person_id))[-1]
    assert (entry.action, entry.actor_id) == ("waiting.told_again", morning.alice)
    assert address_of("Amina") not in str(entry.details)


async def test_an_offer_by_sms_is_sent_again_by_sms(
    morning: Town, worker: Worker, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("sms")
    await fill(morning)
    entry = await ask(morning, "Amina")
    await reach(entry.person_id, email="", phone=mobile)
    await offer_to(morning, worker, entry)
    (first,) = await offers_told()
    await resend(first.id, SYSTEM, seen=0)
    await worker.work()
    assert len(await sms_to(settings, mobile)) == 2


async def test_an_offer_that_was_answered_is_not_sent_again_and_a_sentence_says_so(
    offered: Entry, worker: Worker
) -> None:
    (told,) = await offers_told()
    await waiting.accept(offered.id, Acceptance(), SYSTEM)
    assert await resendable([told], {}) == frozenset()
    with pytest.raises(errors.OfferEnded) as refusal:
        await resend(told.id, SYSTEM, seen=0)
    assert "elle a répondu, ou le délai est passé" in str(refusal.value)
    worker.letters.clear()
    await worker.work()
    assert worker.letters_to(address_of("Amina")) == []


async def test_an_offer_whose_time_is_over_is_not_sent_again(offered: Entry) -> None:
    (told,) = await offers_told()
    await let_offers_run_out()
    with pytest.raises(errors.OfferEnded):
        await resend(told.id, SYSTEM, seen=0)
    assert await state_of(offered) == "offered"


async def test_an_offer_that_ends_while_it_is_sent_again_is_set_aside_with_that_reason(
    offered: Entry, worker: Worker
) -> None:
    (told,) = await offers_told()
    await resend(told.id, SYSTEM, seen=0)
    await waiting.decline(offered.id, SYSTEM)
    worker.letters.clear()
    await worker.work()
    (again,) = [one for one in await offers_told() if one.resend_of]
    assert (again.state, again.reason) == ("set_aside", "offer_over")
    assert worker.letters == []


async def test_an_offer_that_had_nowhere_to_go_is_sent_once_there_is_an_address(
    morning: Town, worker: Worker
) -> None:
    await fill(morning)
    entry = await ask(morning, "Amina")
    await reach(entry.person_id, email="")
    await offer_to(morning, worker, entry)
    (told,) = await offers_told()
    assert (told.state, told.reason) == ("set_aside", "no_address")
    assert await resendable([told], {}) == frozenset()
    with pytest.raises(errors.ReaderGone):
        await resend(told.id, SYSTEM, seen=0)
    await reach(entry.person_id, email="neuf@exemple.fr")
    assert await resendable([told], {}) == {told.id}
    await resend(told.id, SYSTEM, seen=0)
    await worker.work()
    assert len(worker.letters_to("neuf@exemple.fr")) == 1


async def test_what_is_sent_again_while_its_reader_is_forgotten_keeps_nothing_of_them(
    offered: Entry, worker: Worker
) -> None:
    (told,) = await offers_told()
    await resend(told.id, SYSTEM, seen=0)
    (again,) = [one for one in await offers_told() if one.resend_of]
    await people.erase(offered.person_id, SYSTEM)
    # As it stands where the erasure came between reading the address and writing it down.
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE message SET state = 'queued', reason = NULL, settled_at = NULL, "
            "address = 'amina@exemple.fr', reader_name = 'Amina Petit' WHERE id = $1",
            again.id,
        )
    worker.letters.clear()
    await worker.work()
    (again,) = [one for one in await offers_told() if one.resend_of]
    assert (again.state, again.reason) == ("set_aside", "no_reader")
    assert (again.address, again.reader_name) == ("", "")
    assert worker.letters == []


async def test_who_is_forgotten_is_not_offered_again(offered: Entry) -> None:
    (told,) = await offers_told()
    await people.erase(offered.person_id, SYSTEM)
    with pytest.raises(errors.ReaderGone):
        await resend(told.id, SYSTEM, seen=0)


@pytest.mark.feature("C-82")
async def test_the_message_of_who_joins_is_sent_again_as_long_as_they_wait(
    morning: Town, worker: Worker
) -> None:
    await fill(morning)
    entry = await ask(morning, "Amina")
    await worker.work()
    (joined,) = await joined_told()
    assert (joined.state, joined.about_id) == ("sent", entry.id)
    await resend(joined.id, SYSTEM, seen=0)
    await worker.work()
    assert len(worker.letters_to(address_of("Amina"))) == 2
    assert [one.reader_name for one in await joined_told()] == ["", "Amina Petit"]
    await waiting.leave(entry.id, SYSTEM)
    with pytest.raises(errors.WaitsNoMore):
        await resend(joined.id, SYSTEM, seen=1)


@pytest.mark.feature("C-82")
async def test_an_offer_by_sms_that_is_refused_for_good_becomes_a_mail(
    morning: Town, worker: Worker, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("sms")
    await limited_to(0)
    await fill(morning)
    entry = await ask(morning, "Amina")
    await reach(entry.person_id, email=address_of("Amina"), phone=mobile)
    await offer_to(morning, worker, entry)
    assert await sms_to(settings, mobile) == []
    assert len(worker.letters_to(address_of("Amina"))) == 1
    by_mail, by_sms = await offers_told()
    assert (by_sms.channel, by_sms.state, by_sms.reason) == ("sms", "failed", "sms_limit")
    assert (by_mail.channel, by_mail.state, by_mail.about_id) == ("email", "sent", by_sms.about_id)


async def test_no_mail_takes_the_place_of_an_offers_sms_where_there_is_one_anyway(
    morning: Town, worker: Worker, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("both")
    await limited_to(0)
    await fill(morning)
    entry = await ask(morning, "Amina")
    await reach(entry.person_id, email=address_of("Amina"), phone=mobile)
    await offer_to(morning, worker, entry)
    assert len(worker.letters_to(address_of("Amina"))) == 1
    assert [one.state for one in await offers_told()] == ["sent", "failed"]


async def test_telling_of_an_offer_twice_writes_it_once(offered: Entry, worker: Worker) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE outbox SET done_at = NULL, due_at = now() WHERE kind = ANY($1)",
            [OFFERED, OFFER_MAIL],
        )
    await worker.work()
    assert len(await offers_told()) == 1
    assert len(worker.letters_to(address_of("Amina"))) == 1
    assert await offer_of(offered) is not None

"""A freed slot reaches whoever asked for it: by mail, by SMS, or whoever answers for them (C-80)."""

import re
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, VISITOR, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import PersonPreference
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Receipt
from creneau.messages.wording import service as wordings
from creneau.messages.wording.house import house
from creneau.messages.wording.schemas import Wording, WordingKey
from creneau.motives.schemas import PersonChannels
from creneau.people import service as people
from creneau.people.schemas import RelativeDraft
from creneau.refusals import InvalidInput
from creneau.testing.phones import sms_to, switch_sms_on
from creneau.waiting import service as waiting
from creneau.waiting.schemas import Acceptance, Entry, WaitingRequest
from creneau.waiting.service.telling import OFFER_MAIL
from creneau_infra.outbox.service import put
from creneau_infra.settings import Settings

from tests.platform.cast import Town
from tests.platform.waiting.cast import (
    Worker,
    address_of,
    ask,
    fill,
    offer_of,
    person_called,
    state_of,
)

YES = Acceptance()
NEITHER = PersonPreference(by_email=False, by_sms=False)
LINK = re.compile(r"/attente/([\w-]+)")


@pytest.fixture
def mobile() -> str:
    """Give a number that no other test writes to."""
    return f"+3361{int(uuid4()) % 10**7:07}"


async def reach(person_id: UUID, *, email: str, phone: str = "") -> None:
    """Let somebody be reached otherwise than when they asked."""
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE person SET email = $3, phone = $4 WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            person_id,
            email,
            phone,
        )


async def channels(motive: PersonChannels) -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE motive SET person_channels = $1", motive)


async def offers_told() -> list[Receipt]:
    """Read the receipts of offers, mails before SMS."""
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT id FROM message WHERE tenant_id = $1 AND occasion = 'waiting_offer' "
            "ORDER BY channel",
            tx.tenant_id,
        )
    return [await receipts.receipt(row["id"]) for row in rows]


async def offer_to(town: Town, worker: Worker, entry: Entry) -> None:
    """Free a slot and let the worker offer it."""
    assert await offer_of(entry) is None
    async with tenant_transaction() as tx:
        first = await tx.value(
            "SELECT b.id FROM booking b JOIN appointment a ON a.tenant_id = b.tenant_id "
            "AND a.id = b.appointment_id WHERE b.tenant_id = $1 AND b.state = 'planned' "
            "AND a.motive_id = $2 ORDER BY a.starts_at LIMIT 1",
            tx.tenant_id,
            town.motive,
        )
    await worker.work()
    worker.letters.clear()
    await appointments.cancel(first, VISITOR)
    await worker.work()
    assert await state_of(entry) == "offered"


async def test_whoever_has_no_address_but_a_mobile_phone_is_offered_by_sms_and_answers_its_link(
    morning: Town, worker: Worker, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await fill(morning)
    entry = await ask(morning, "Amina")
    await reach(entry.person_id, email="", phone=mobile)
    await offer_to(morning, worker, entry)
    assert worker.letters == []
    (text,) = await sms_to(settings, mobile)
    assert "un RDV se libère" in text.text
    assert "Il vous est réservé jusqu'au" in text.text
    (receipt,) = await offers_told()
    assert (receipt.channel, receipt.address, receipt.state) == ("sms", mobile, "sent")
    assert receipt.reader_name == "Amina Petit"
    found = LINK.search(text.text)
    assert found is not None
    linked = await waiting.by_link(found[1])
    accepted = await waiting.accept(linked.entry.id, YES, Actor("person", entry.person_id))
    assert accepted.state == "planned"
    # The secret rests nowhere.
    async with tenant_transaction() as tx:
        assert found[1] not in str(await tx.rows("SELECT * FROM outbox"))


async def test_the_motive_says_by_which_ways_and_each_has_its_receipt(
    morning: Town, worker: Worker, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("both")
    await fill(morning)
    entry = await ask(morning, "Amina")
    await reach(entry.person_id, email=address_of("Amina"), phone=mobile)
    await offer_to(morning, worker, entry)
    assert len(worker.letters_to(address_of("Amina"))) == 1
    assert len(await sms_to(settings, mobile)) == 1
    assert [(one.channel, one.state) for one in await offers_told()] == [
        ("email", "sent"),
        ("sms", "sent"),
    ]


async def test_whoever_wants_nothing_but_what_is_essential_asked_for_this(
    morning: Town, worker: Worker
) -> None:
    await fill(morning)
    entry = await ask(morning, "Amina")
    await preferences.choose_of_person(entry.person_id, NEITHER, SYSTEM)
    await offer_to(morning, worker, entry)
    assert len(worker.letters_to(address_of("Amina"))) == 1


async def test_whoever_cannot_be_reached_has_a_receipt_that_says_so(
    morning: Town, worker: Worker
) -> None:
    await fill(morning)
    entry = await ask(morning, "Amina")
    await reach(entry.person_id, email="")
    await offer_to(morning, worker, entry)
    (receipt,) = await offers_told()
    assert (receipt.state, receipt.reason) == ("set_aside", "no_address")


async def test_who_answers_for_a_relative_is_offered_the_slot_and_told_for_whom(
    morning: Town, worker: Worker, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("both")
    await fill(morning)
    parent = await person_called("Amina")
    await reach(parent, email=address_of("Amina"), phone=mobile)
    child = await people.add_relative(
        parent, RelativeDraft(first_name="Zoé", last_name="Petit"), SYSTEM
    )
    wanted = WaitingRequest(motive_id=morning.motive, person_id=child)
    entry = await waiting.ask(wanted, Actor("person", parent))
    await worker.work()
    (joined,) = worker.letters_to(address_of("Amina"))
    assert "Pour qui\u00a0: Zoé Petit" in joined.text
    await offer_to(morning, worker, entry)
    (letter,) = worker.letters_to(address_of("Amina"))
    assert "Bonjour Amina Petit" in letter.text
    assert "Pour qui\u00a0: Zoé Petit" in letter.text
    (text,) = await sms_to(settings, mobile)
    assert "Carte d'identité pour Zoé Petit" in text.text


async def test_an_offer_that_was_answered_meanwhile_is_not_told_any_more(
    morning: Town, worker: Worker
) -> None:
    await fill(morning)
    entry = await ask(morning, "Amina")
    await offer_to(morning, worker, entry)
    offer = await offer_of(entry)
    assert offer is not None
    await waiting.decline(entry.id, SYSTEM)
    async with tenant_transaction() as tx:
        await put(tx, OFFER_MAIL, {"offer_id": str(offer.id)}, key="late")
    worker.letters.clear()
    await worker.work()
    assert worker.letters == []


async def test_the_sms_of_an_offer_is_in_the_tenants_words_and_keeps_its_link(
    morning: Town, worker: Worker, mobile: str, settings: Settings, tenant: Tenant
) -> None:
    await switch_sms_on(settings)
    await channels("sms")
    key = WordingKey(message="offered", locale="fr")
    above = house("offered")
    with pytest.raises(InvalidInput) as refusal:
        await wordings.save(key, Wording(sms="Libre {date_courte}"), above, "", SYSTEM)
    assert "{lien}" in refusal.value.fields["sms"]
    own = Wording(sms="Libre pour {destinataire}, avant {limite_courte} : {lien} {{7*7}}")
    await wordings.save(key, own, above, "", SYSTEM)
    await fill(morning)
    entry = await ask(morning, "Amina")
    await reach(entry.person_id, email="", phone=mobile)
    await offer_to(morning, worker, entry)
    (text,) = await sms_to(settings, mobile)
    assert text.text.startswith("Libre pour Amina Petit, avant ")
    assert f"{tenant.public_url}/attente/" in text.text
    assert text.text.strip().endswith(" {{7*7}}")

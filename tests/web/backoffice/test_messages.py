"""What was written, to whom and whether it arrived, for an agent with the person on the phone."""

from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import SYSTEM, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Receipt
from creneau.people import service as people
from creneau.people.schemas import RelativeDraft
from creneau.waiting import service as waiting
from creneau.waiting.schemas import WaitingRequest
from creneau_infra.outbox.service import deliver_due
from creneau_web.app import Application
from creneau_web.outbox import handlers_for
from msgspec.structs import replace

from tests.days import tomorrow
from tests.web.backoffice.cast import ZOE, Office, at, book, furnish_office
from tests.web.backoffice.conftest import SignedIn
from tests.web.public.citizen import words
from tests.web.stage import Clients, new_tenant


@pytest.fixture
async def booking(office: Office, app: Application) -> Booking:
    """Book for Zoé, and let the mails leave."""
    made = await book(office, at(tomorrow(), 9, 30))
    await post_leaves(app, office)
    return made


async def post_leaves(app: Application, office: Office) -> None:
    await deliver_due(handlers_for(app.settings), office.tenant.id)


async def to_zoe(booking: Booking) -> Receipt:
    found = await receipts.of_booking(booking.id)
    return next(one for one in found if one.reader == "person")


def page_of(booking: Booking) -> str:
    return f"/agents/rendez-vous/{booking.id}"


def resend_on(base: str, receipt: Receipt) -> str:
    return f"{base}/messages/{receipt.id}/renvoi"


def person_page(booking: Booking) -> str:
    return f"/agents/usagers/{booking.person_id}"


async def bounce(receipt: Receipt) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE message SET state = 'failed', reason = 'address_unknown' WHERE id = $1",
            receipt.id,
        )


async def test_strangers_are_told_nothing_and_colleagues_out_of_reach_are_refused(
    office: Office, booking: Booking, client: Clients, signed_in: SignedIn
) -> None:
    receipt = await to_zoe(booking)
    messages = f"{person_page(booking)}/messages"
    anonymous = client(office.tenant)
    assert (await anonymous.get(messages)).headers["location"].startswith("/agents/connexion")
    bob = await signed_in("Bob")
    assert (await bob.get(messages)).status_code == 403
    assert (await bob.get(f"/agents/usagers/{uuid4()}/messages")).status_code == 404
    for base in (page_of(booking), person_page(booking)):
        assert (await bob.submit(resend_on(base, receipt), {"seen": "0"})).status_code == 403
    tenant = await new_tenant()
    with acting_for(tenant):
        elsewhere = await furnish_office(tenant)
        theirs = await book(elsewhere, at(tomorrow(), 9, 30))
    bea = await signed_in("Bea")
    assert (await bea.get(f"{person_page(theirs)}/messages")).status_code == 404
    with acting_for(office.tenant):
        assert len(await receipts.of_booking(booking.id)) == 1


async def test_the_appointment_shows_what_was_sent_to_whom_and_when(
    booking: Booking, signed_in: SignedIn
) -> None:
    page = words(await (await signed_in("Bea")).get(page_of(booking)))
    assert "Messages Rendez-vous confirmé Envoyé Par e-mail, à Zoé Petit, zoe@example.org" in page


async def test_a_message_is_sent_again_and_the_history_says_by_whom(
    office: Office, app: Application, booking: Booking, signed_in: SignedIn
) -> None:
    bea, receipt = await signed_in("Bea"), await to_zoe(booking)
    for _ in range(2):
        answer = await bea.submit(resend_on(page_of(booking), receipt), {"seen": "0"})
        assert answer.headers["location"] == f"{page_of(booking)}#messages"
    page = words(await bea.get(page_of(booking)))
    assert "« Rendez-vous confirmé » part de nouveau par e-mail à Zoé Petit." in page
    assert page.count("Bea Martin a renvoyé « Rendez-vous confirmé » à la personne.") == 1
    assert "renvoyé En attente" in page
    await post_leaves(app, office)
    assert [one.state for one in await receipts.of_booking(booking.id)] == ["sent", "sent"]


@pytest.mark.parametrize("seen", ["", "-1", "9", "99999999999999999999", "zwei", "²"])
async def test_whatever_a_form_says_it_saw_one_press_sends_one_message(
    booking: Booking, signed_in: SignedIn, seen: str
) -> None:
    bea, receipt = await signed_in("Bea"), await to_zoe(booking)
    await bea.submit(resend_on(page_of(booking), receipt), {"seen": seen})
    assert len(await receipts.of_booking(booking.id)) == 2


async def test_a_message_of_another_appointment_is_not_sent_under_this_one(
    office: Office, app: Application, booking: Booking, signed_in: SignedIn
) -> None:
    other = await book(office, at(tomorrow(), 11), replace(ZOE, first_name="Noé"))
    await post_leaves(app, office)
    bea, receipt = await signed_in("Bea"), await to_zoe(other)
    for base in (page_of(booking), person_page(booking)):
        assert (await bea.submit(resend_on(base, receipt), {"seen": "0"})).status_code == 404
    assert len(await receipts.of_booking(other.id)) == 1


async def test_a_message_that_would_deceive_is_refused_with_a_sentence(
    app: Application, office: Office, booking: Booking, signed_in: SignedIn
) -> None:
    receipt = await to_zoe(booking)
    await appointments.cancel(booking.id, Actor("agent", office.bea))
    await post_leaves(app, office)
    bea = await signed_in("Bea")
    await bea.submit(resend_on(page_of(booking), receipt), {"seen": "0"})
    page = await bea.get(page_of(booking))
    assert "Le rendez-vous a changé depuis ce message" in words(page)
    assert resend_on(page_of(booking), receipt) not in page.text


async def test_the_persons_messages_name_the_appointment_and_come_back_there(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea, receipt = await signed_in("Bea"), await to_zoe(booking)
    messages = f"{person_page(booking)}/messages"
    assert f'href="{messages}"' in (await bea.get(page_of(booking))).text
    page = words(await bea.get(messages))
    assert "Messages à Zoé Petit" in page
    assert "Carte d’identité, " in page
    answer = await bea.submit(resend_on(person_page(booking), receipt), {"seen": "0"})
    assert answer.headers["location"] == messages
    assert len(await receipts.of_booking(booking.id)) == 2


async def test_an_agent_reads_only_what_is_about_agendas_within_reach(
    office: Office, app: Application, booking: Booking, signed_in: SignedIn
) -> None:
    other = (await book(office, at(tomorrow(), 11))).id
    async with tenant_transaction() as tx:
        # Zoé's other appointment is Bob's.
        await tx.execute(
            "UPDATE booking SET person_id = $2 WHERE id = $1", other, booking.person_id
        )
        await tx.execute(
            """
            UPDATE allocation SET resource_id = $2 WHERE appointment_id =
                (SELECT appointment_id FROM booking WHERE id = $1)
            """,
            other,
            office.bob,
        )
    await post_leaves(app, office)
    messages = f"{person_page(booking)}/messages"
    for name, seen in (("Bea", 1), ("Bob", 1), ("Sam", 2), ("Alice", 2)):
        page = (await (await signed_in(name)).get(messages)).text
        assert page.count('id="message-') == seen, name


async def test_a_relatives_messages_stand_with_those_of_the_responsible_person(
    booking: Booking, signed_in: SignedIn
) -> None:
    assert booking.person_id is not None
    child = await people.add_relative(
        booking.person_id, RelativeDraft(first_name="Léo", last_name="Petit"), SYSTEM
    )
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE booking SET person_id = $2 WHERE id = $1", booking.id, child)
    bea = await signed_in("Bea")
    assert f"/agents/usagers/{booking.person_id}/messages" in (await bea.get(page_of(booking))).text
    page = words(await bea.get(f"{person_page(booking)}/messages"))
    assert "Rendez-vous confirmé Envoyé" in page


async def test_an_address_that_does_not_work_is_said_where_the_agent_reads_it(
    booking: Booking, signed_in: SignedIn
) -> None:
    await bounce(await to_zoe(booking))
    bea = await signed_in("Bea")
    for path in (page_of(booking), f"{person_page(booking)}/messages"):
        page = words(await bea.get(path))
        assert "L’adresse e-mail ne fonctionne pas Cette adresse n’existe pas" in page
        assert "Rendez-vous confirmé Échec" in page


async def test_what_people_typed_is_shown_as_typed(
    office: Office, app: Application, signed_in: SignedIn
) -> None:
    evil = replace(ZOE, first_name="<script>alert(1)</script>", last_name="{{7*7}}")
    booking = await book(office, at(tomorrow(), 11), evil)
    await post_leaves(app, office)
    page = (await (await signed_in("Bea")).get(f"{person_page(booking)}/messages")).text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


async def test_the_pages_speak_english(booking: Booking, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    page = words(await bea.get(f"{person_page(booking)}/messages?lang=en", follow_redirects=True))
    assert "Messages to Zoé Petit" in page
    assert "By email, to Zoé Petit" in page


async def test_whoever_cannot_be_written_to_is_named_without_a_way(
    office: Office, app: Application, signed_in: SignedIn
) -> None:
    silent = replace(ZOE, email="", phone="")
    booking = await book(office, at(tomorrow(), 11), silent)
    await post_leaves(app, office)
    page = words(await (await signed_in("Bea")).get(page_of(booking)))
    assert "Rendez-vous confirmé Pas envoyé Zoé Petit Préparé" in page
    assert "aucun message ne peut partir" in page


async def offered_to_zoe(office: Office, app: Application, booking: Booking) -> Receipt:
    """Let a slot of Bea's be offered to Zoé, who waits for an earlier one."""
    assert booking.person_id is not None
    wish = WaitingRequest(motive_id=office.motive, person_id=booking.person_id)
    await waiting.ask(wish, Actor("person", booking.person_id))
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE waiting_entry SET wanted_before = NULL")
    await post_leaves(app, office)
    async with tenant_transaction() as tx:
        found = await tx.value("SELECT id FROM message WHERE occasion = 'waiting_offer'")
    return await receipts.receipt(found)


async def test_an_offer_is_sent_again_from_the_persons_page_while_it_is_open(
    office: Office, app: Application, booking: Booking, signed_in: SignedIn
) -> None:
    offer = await offered_to_zoe(office, app, booking)
    bea, messages = await signed_in("Bea"), f"{person_page(booking)}/messages"
    page = await bea.get(messages)
    assert "Créneau proposé, liste d’attente Envoyé" in words(page)
    assert resend_on(person_page(booking), offer) in page.text
    assert page.text.count(f'href="{page_of(booking)}"') >= 1
    assert f"/agents/rendez-vous/{offer.booking_id}" not in page.text  # a hold has no page
    await bea.submit(resend_on(person_page(booking), offer), {"seen": "0"})
    page = words(await bea.get(messages))
    assert "« Créneau proposé, liste d’attente » part de nouveau par e-mail à Zoé Petit." in page
    await post_leaves(app, office)
    (entry,) = [one.entry for one in await waiting.of_person(booking.person_id or uuid4())]
    await waiting.decline(entry.id, SYSTEM)
    again = await bea.get(messages)
    assert resend_on(person_page(booking), offer) not in again.text
    await bea.submit(resend_on(person_page(booking), offer), {"seen": "1"})
    assert "Ce créneau n’est plus réservé à la personne" in words(await bea.get(messages))


async def test_an_offer_on_an_agenda_out_of_reach_is_neither_seen_nor_sent_again(
    office: Office, app: Application, booking: Booking, signed_in: SignedIn
) -> None:
    offer = await offered_to_zoe(office, app, booking)
    bob = await signed_in("Bob")
    assert (await bob.get(f"{person_page(booking)}/messages")).status_code == 403
    answer = await bob.submit(resend_on(person_page(booking), offer), {"seen": "0"})
    assert answer.status_code == 403


async def test_who_waits_and_has_no_appointment_is_told_again_by_those_who_see_what_was_offered(
    office: Office, app: Application, booking: Booking, signed_in: SignedIn
) -> None:
    offer = await offered_to_zoe(office, app, booking)
    other = await book(office, at(tomorrow(), 11), replace(ZOE, first_name="Noé"))
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE booking SET person_id = $2 WHERE id = $1", booking.id, other.person_id
        )
    page = await (await signed_in("Bea")).get(f"{person_page(booking)}/messages")
    assert resend_on(person_page(booking), offer) in page.text
    joined = next(one for one in await of_zoe(booking) if one.occasion == "waiting_joined")
    assert resend_on(person_page(booking), joined) in page.text
    bob = await signed_in("Bob")
    assert (await bob.get(f"{person_page(booking)}/messages")).status_code == 403


async def of_zoe(booking: Booking) -> list[Receipt]:
    async with tenant_transaction() as tx:
        rows = await tx.rows("SELECT id FROM message WHERE person_id = $1", booking.person_id)
    return [await receipts.receipt(row["id"]) for row in rows]

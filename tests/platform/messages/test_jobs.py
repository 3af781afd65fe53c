from collections.abc import Sequence
from email.message import EmailMessage
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, MoveRequest
from creneau.context import SYSTEM, VISITOR, Actor, Tenant
from creneau.contributions import Recipient, RecipientSource
from creneau.database import Transaction, tenant_transaction
from creneau.hookspecs import hookimpl
from creneau.messages import service as messages
from creneau.messages.jobs import CODE_MAIL
from creneau.messages.schemas import CodeMail
from creneau.people import service as people
from creneau.people.schemas import RelativeDraft
from creneau.planning import service as planning
from creneau.planning.schemas import ArchiveMotive, Decision
from creneau.plugins import Plugins
from creneau_infra.outbox.service import put
from icalendar import Calendar, Event
from msgspec.structs import replace

from tests.platform.cast import Town, new_motive
from tests.platform.messages.post import (
    ALICE,
    Postman,
    PostOffice,
    book,
    calendar_of,
    free_slots,
    open_mornings,
    text_of,
)

BOB = "bob@exemple.fr"


@pytest.fixture
async def active_bob(open_town: Town) -> Town:
    """Let Bob read his mail: an agent who was only invited gets none."""
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE agent SET state = 'active' WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            open_town.bob,
        )
    return open_town


def event_in(calendar: bytes) -> Event:
    (event,) = Calendar.from_ical(calendar).events
    return event


async def test_a_confirmation_reaches_the_person_and_the_agent(
    active_bob: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(active_bob.motive)
    await postman.walk()
    assert post_office.addressees == [ALICE.email, BOB]
    letter = post_office.the_letter_to(ALICE.email)
    assert str(letter["Subject"]).startswith("Rendez-vous confirmé")
    event = event_in(calendar_of(letter))
    assert event.start == booking.starts_at
    assert "Alice Petit" in text_of(post_office.the_letter_to(BOB))
    assert f"/agents/rendez-vous/{booking.id}" in text_of(post_office.the_letter_to(BOB))


async def test_the_agent_who_made_the_change_gets_no_mail_of_it_and_all_others_do(
    active_bob: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(active_bob.motive)
    await postman.walk()
    post_office.letters.clear()
    await appointments.cancel(booking.id, Actor("agent", active_bob.bob))
    await postman.walk()
    assert post_office.addressees == [ALICE.email]
    other = await book(active_bob.motive)
    await postman.walk()
    post_office.letters.clear()
    await appointments.cancel(other.id, Actor("agent", active_bob.alice))
    await postman.walk()
    assert post_office.addressees == [ALICE.email, BOB]


async def test_an_invited_agent_gets_no_mail(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    await book(open_town.motive)
    await postman.walk()
    assert post_office.addressees == [ALICE.email]


async def test_the_link_is_made_when_the_letter_leaves_and_rests_nowhere(
    open_town: Town, tenant: Tenant, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM booking_link") == 0
    await postman.walk()
    (line,) = [
        line
        for line in text_of(post_office.the_letter_to(ALICE.email)).splitlines()
        if line.startswith(f"{tenant.public_url}/lien/")
    ]
    token = line.rpartition("/")[2]
    assert (await appointments.by_link(token)).id == booking.id
    async with tenant_transaction() as tx:
        assert token not in str(await tx.rows("SELECT * FROM booking_link"))
        assert token not in str(await tx.rows("SELECT * FROM outbox"))


async def test_a_mail_server_that_fails_for_one_makes_nobody_read_twice(
    active_bob: Town, post_office: PostOffice, postman: Postman
) -> None:
    await book(active_bob.motive)
    post_office.refused_once.append(BOB)
    await postman.walk()
    assert post_office.addressees == [ALICE.email]
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET due_at = now() WHERE done_at IS NULL")
    await postman.walk()
    assert post_office.addressees == [ALICE.email, BOB]


async def test_each_reader_reads_their_own_language(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    english = replace(ALICE, locale="en")
    await book(open_town.motive, ConfirmRequest(identity=english, email_proven=True))
    await postman.walk()
    letter = post_office.the_letter_to(ALICE.email)
    assert str(letter["Subject"]).startswith("Appointment confirmed")
    assert "With: Bob Martin" in str(event_in(calendar_of(letter))["DESCRIPTION"])


async def test_a_relative_has_their_letters_sent_to_the_responsible_person(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    async with tenant_transaction() as tx:
        alice = await people.identified(tx, ALICE, VISITOR, email_proven=True)
    child = await people.add_relative(
        alice, RelativeDraft(first_name="Zoé", last_name="Petit"), SYSTEM
    )
    await book(open_town.motive, ConfirmRequest(person_id=child))
    await postman.walk()
    letter = text_of(post_office.the_letter_to(ALICE.email))
    assert "Bonjour Alice Petit" in letter
    assert "Pour qui\u00a0: Zoé Petit" in letter


async def test_a_motive_can_keep_silent(
    town: Town, post_office: PostOffice, postman: Postman
) -> None:
    quiet = await new_motive(
        town.organisation,
        town.citizenship,
        name="Discret",
        notify_persons=False,
        notify_agents=False,
    )
    await open_mornings(town.alice, town.place, [quiet])
    await book(quiet)
    await postman.walk()
    assert post_office.addressees == []


async def test_a_move_updates_the_event_in_the_calendar(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await postman.walk()
    later = (await free_slots(open_town.motive))[2]
    await appointments.move(booking.id, MoveRequest(starts_at=later.starts_at), VISITOR)
    await postman.walk()
    first, second = (event_in(calendar_of(letter)) for letter in post_office.to(ALICE.email))
    assert first["UID"] == second["UID"]
    assert second.sequence > first.sequence
    assert second.start == later.starts_at
    assert str(post_office.to(ALICE.email)[1]["Subject"]).startswith("Rendez-vous déplacé")


@pytest.mark.parametrize(
    ("actor", "sentence"),
    [
        (Actor("agent"), "Nous avons dû annuler"),
        (Actor("person"), "L’annulation est enregistrée"),
    ],
)
async def test_a_cancellation_says_who_cancelled(
    open_town: Town, post_office: PostOffice, postman: Postman, actor: Actor, sentence: str
) -> None:
    booking = await book(open_town.motive)
    await postman.walk()
    await appointments.cancel(booking.id, actor)
    await postman.walk()
    letter = post_office.to(ALICE.email)[1]
    assert sentence in text_of(letter)
    assert "/lien/" not in text_of(letter)
    assert b"METHOD:CANCEL" in calendar_of(letter)


async def test_what_was_cancelled_meanwhile_is_not_confirmed_any_more(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await appointments.cancel(booking.id, Actor("agent"))
    await postman.walk()
    letter = post_office.the_letter_to(ALICE.email)
    assert str(letter["Subject"]).startswith("Rendez-vous annulé")


async def test_nobody_is_told_of_an_appointment_that_is_over(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    async with tenant_transaction() as tx:
        await tx.execute(
            """
            UPDATE appointment SET starts_at = now() - interval '2 hours', ends_at = now()
            WHERE tenant_id = $1 AND id = $2
            """,
            tx.tenant_id,
            booking.appointment_id,
        )
    await postman.walk()
    assert post_office.addressees == []


async def test_line_ends_in_a_name_make_no_second_header(
    town: Town, post_office: PostOffice, postman: Postman
) -> None:
    async with tenant_transaction() as tx:
        # Past every check of a form: what a letter is made of need not come from one.
        await tx.execute(
            "UPDATE motive SET name = $2 WHERE tenant_id = $1",
            tx.tenant_id,
            "Carte\r\nBcc: eve@example.org\r\n\r\nBEGIN:VALARM",
        )
    await open_mornings(town.alice, town.place, [town.motive])
    await book(town.motive)
    await postman.walk()
    letter = post_office.the_letter_to(ALICE.email)
    assert letter["Bcc"] is None
    assert [part.name for part in Calendar.from_ical(calendar_of(letter)).walk()].count(
        "VALARM"
    ) == 0


async def test_a_code_is_sent_in_the_language_of_its_reader_and_forgotten(
    tenant: Tenant, post_office: PostOffice, postman: Postman
) -> None:
    mail = CodeMail(email=ALICE.email, code="482913", locale="en")
    async with tenant_transaction() as tx:
        await put(tx, CODE_MAIL, mail, key="code")
    await postman.walk()
    letter = post_office.the_letter_to(ALICE.email)
    assert "482913" in text_of(letter)
    assert str(letter["Subject"]) == "Your verification code"
    assert tenant.name in text_of(letter)
    async with tenant_transaction() as tx:
        assert "482913" not in str(await tx.rows("SELECT * FROM outbox"))


class Neighbour(RecipientSource, frozen=True):
    async def recipients(self, tx: Transaction, booking_id: UUID) -> Sequence[Recipient]:
        del tx, booking_id
        return [Recipient(email="nora@example.org", name="Nora Blanc", locale="fr", role="voisine")]


class NeighbourPlugin:
    @hookimpl
    def message_recipients(self, tenant: Tenant) -> Sequence[RecipientSource]:
        del tenant
        return [Neighbour()]


async def test_a_plugin_adds_readers_without_leaving_their_address_in_the_outbox(
    open_town: Town,
    tenant: Tenant,
    post_office: PostOffice,
    postman: Postman,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plugins = Plugins({"neighbour": NeighbourPlugin()})
    here = plugins.for_tenant(replace(tenant, plugins=frozenset({"neighbour"})))
    monkeypatch.setattr(messages, "active", lambda: here)
    await book(open_town.motive)
    await postman.walk()
    assert post_office.addressees == [ALICE.email, "nora@example.org"]
    letter = text_of(post_office.the_letter_to("nora@example.org"))
    assert "Bonjour Nora Blanc" in letter
    assert "Pour qui\u00a0: Alice Petit" in letter
    async with tenant_transaction() as tx:
        assert "nora@example.org" not in str(await tx.rows("SELECT * FROM outbox"))


async def test_who_loses_a_time_is_told_once_and_the_calendar_too(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(open_town.motive)
    await postman.walk()
    decision = Decision("to_reschedule", [booking.id])
    await planning.save(ArchiveMotive(open_town.motive), SYSTEM, decision)
    await postman.walk()
    _confirmation, letter = post_office.to(ALICE.email)
    assert str(letter["Subject"]).startswith("Rendez-vous à replanifier")
    event = event_in(calendar_of(letter))
    assert event["STATUS"] == "CANCELLED"
    assert event["SEQUENCE"] == 1


async def test_an_organisation_with_an_address_invites_and_calls_off_as_calendars_do(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE organisation SET email = 'accueil@exemple.fr' WHERE tenant_id = $1",
            tx.tenant_id,
        )
    booking = await book(open_town.motive)
    await postman.walk()
    later = (await free_slots(open_town.motive))[2]
    await appointments.move(booking.id, MoveRequest(starts_at=later.starts_at), VISITOR)
    await postman.walk()
    await appointments.cancel(booking.id, VISITOR)
    await postman.walk()
    letters = post_office.to(ALICE.email)
    assert [invitation_of(letter)["METHOD"] for letter in letters] == ["REQUEST"] * 2 + ["CANCEL"]
    entries = [event_in(calendar_of(letter)) for letter in letters]
    assert len({str(entry["UID"]) for entry in entries}) == 1
    assert [entry.sequence for entry in entries] == [0, 1, 2]
    assert {str(entry["ORGANIZER"]) for entry in entries} == {"mailto:accueil@exemple.fr"}
    assert {str(entry["ATTENDEE"]) for entry in entries} == {f"mailto:{ALICE.email}"}
    assert entries[1].start == later.starts_at


def invitation_of(letter: EmailMessage) -> Calendar:
    """Find the event among the ways to read a mail, where mail programs look for it."""
    (part,) = [
        part
        for part in letter.walk()
        if part.get_content_type() == "text/calendar" and not part.is_attachment()
    ]
    assert part["Content-Type"].params["method"] in {"REQUEST", "CANCEL"}
    return Calendar.from_ical(part.get_content())

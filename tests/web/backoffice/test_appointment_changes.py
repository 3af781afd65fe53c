"""Changing an appointment, having it set anew and deleting it, with who is told (C-64, C-65)."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import (
    AgendaEntry,
    Booking,
    ConfirmRequest,
    HoldRequest,
    SessionDraft,
    State,
)
from creneau.context import SYSTEM, Actor
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import RelativeDraft
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.platform.cast import new_motive
from tests.web.admin.filling import again, fields_of, retyped, shown_after
from tests.web.backoffice.cast import ZOE, Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients


@pytest.fixture
async def booking(office: Office) -> Booking:
    return await book(office, at(tomorrow(), 9, 30))


def page_of(booking: Booking | AgendaEntry) -> str:
    return f"/agents/rendez-vous/{booking.id}"


async def told(kind: str) -> list[dict[str, Any]]:
    """Read what the outbox was given of one kind in this tenant."""
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT payload::text FROM outbox WHERE tenant_id = $1 AND kind = $2",
            tx.tenant_id,
            kind,
        )
    return [msgspec.json.decode(row["payload"]) for row in rows]


async def another_motive(office: Office, **changes: Any) -> UUID:
    service = next(one for one in await organisations.services() if one.name == "Citoyenneté")
    return await new_motive(office.organisation, service.id, name="Passeport", **changes)


@pytest.mark.parametrize("end", ["/modification", "/replanification", "/suppression"])
async def test_only_those_within_reach_open_and_send_its_forms(
    client: Clients, booking: Booking, office: Office, signed_in: SignedIn, end: str
) -> None:
    way = page_of(booking) + end
    stranger = await client(office.tenant).get(way)
    assert stranger.headers["location"].startswith("/agents/connexion")
    bob = await signed_in("Bob")
    assert (await bob.get(way)).status_code == 403
    assert (await bob.submit(way, {"notify": "yes"})).status_code == 403
    for name in ("Bea", "Sam"):
        assert (await (await signed_in(name)).get(way)).status_code == 200
    assert await appointments.get(booking.id) == booking


@pytest.mark.feature("C-64")
async def test_motive_and_notes_change_and_the_history_says_so(
    booking: Booking, office: Office, signed_in: SignedIn
) -> None:
    motive = await another_motive(office)
    bea = await signed_in("Bea")
    path = f"{page_of(booking)}/modification"
    typed = {"motive": str(motive), "notes": "Vient avec sa fille.\n<script>{{7*7}}"}
    shown = await shown_after(bea, await retyped(bea, path, typed))
    assert "Modifié : motif, notes. Personne n’est prévenu de ce changement." in shown
    assert "Passeport" in shown
    assert "Vient avec sa fille.\n&lt;script&gt;{{7*7}}" in shown
    assert "Bea Martin a changé le motif et les notes." in shown
    changed = await appointments.get(booking.id)
    assert (changed.motive_id, changed.starts_at, changed.ends_at, changed.state) == (
        motive,
        booking.starts_at,
        booking.ends_at,
        "planned",
    )
    assert [one["booking_id"] for one in await told("booking.edited")] == [str(booking.id)]
    await retyped(bea, path, {"notes": "Autre"})
    assert "Bea Martin a modifié les notes." in (await bea.get(page_of(booking))).text
    assert len(await told("booking.edited")) == 1


async def test_nothing_changed_says_so_and_writes_no_history(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    answer = await retyped(bea, f"{page_of(booking)}/modification", {})
    shown = await shown_after(bea, answer)
    assert "Rien n’a changé." in shown
    assert "a modifié" not in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"motive": "01890000-0000-7000-8000-000000000000"}, "Choisissez un motif de la liste."),
        ({"motive": ""}, "Choisissez un motif de la liste."),
        ({"notes": "x" * 2001}, "2000"),
    ],
)
async def test_what_cannot_be_says_why_and_keeps_what_was_typed(
    booking: Booking, office: Office, signed_in: SignedIn, typed: dict[str, str], sentence: str
) -> None:
    await another_motive(office)
    bea = await signed_in("Bea")
    answer = await retyped(bea, f"{page_of(booking)}/modification", {"notes": "Gardé", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text.replace("2 000", "2000")
    assert fields_of(answer.text)["notes"].strip() == typed.get("notes", "Gardé")


async def test_a_motive_of_another_organisation_or_with_sessions_is_not_offered(
    booking: Booking, office: Office, signed_in: SignedIn
) -> None:
    session = await another_motive(office, capacity=8)
    bea = await signed_in("Bea")
    path = f"{page_of(booking)}/modification"
    assert str(session) not in (await bea.get(path)).text
    answer = await retyped(bea, path, {"motive": str(session)})
    assert answer.status_code == 422


@pytest.mark.feature("C-64")
async def test_two_agents_edit_one_appointment_and_nothing_is_overwritten(
    booking: Booking, office: Office, signed_in: SignedIn
) -> None:
    motive = await another_motive(office)
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    path = f"{page_of(booking)}/modification"
    opened = (await bea.get(path)).text
    await retyped(sam, path, {"motive": str(motive), "notes": "De Sam"})
    late = await again(bea, path, opened, {"notes": "De Bea"})
    assert late.status_code == 409
    assert "Motif : Passeport" in late.text
    assert "Notes : De Sam" in late.text
    assert fields_of(late.text)["notes"].strip() == "De Bea"
    assert "De Sam" in (await sam.get(page_of(booking))).text
    await shown_after(bea, await again(bea, path, late.text, {"motive": str(motive)}))
    page = (await bea.get(page_of(booking))).text
    assert "De Bea" in page
    assert "Passeport" in page


async def test_a_longer_break_around_it_is_taken_or_refused(
    booking: Booking, office: Office, signed_in: SignedIn
) -> None:
    motive = await another_motive(office, buffer_after_minutes=30)
    bea = await signed_in("Bea")
    path = f"{page_of(booking)}/modification"
    beside = await book(office, booking.ends_at, replace(ZOE, first_name="Noé"))
    answer = await retyped(bea, path, {"motive": str(motive)})
    assert answer.status_code == 409
    assert (await appointments.get(booking.id)).motive_id == office.motive
    await appointments.cancel(beside.id, Actor("agent", office.bea))
    await shown_after(bea, await retyped(bea, path, {"motive": str(motive)}))
    async with tenant_transaction() as tx:
        taken = await tx.value(
            "SELECT ends_at FROM allocation WHERE tenant_id = $1 AND appointment_id = $2 AND active",
            tx.tenant_id,
            booking.appointment_id,
        )
    assert taken == booking.ends_at + timedelta(minutes=30)


@pytest.mark.feature("C-64")
@pytest.mark.parametrize(("notify", "quiet"), [("yes", False), ("no", True)])
async def test_cancelling_writes_to_the_person_or_not_as_the_agent_chooses(
    booking: Booking, signed_in: SignedIn, notify: str, quiet: bool
) -> None:
    bea = await signed_in("Bea")
    answer = await bea.submit(f"{page_of(booking)}/annulation", {"notify": notify})
    said = await shown_after(bea, answer)
    assert ("Un message part" in said) is not quiet
    assert ("Personne n’a été prévenu." in said) is quiet
    assert [one["quiet"] for one in await told("booking.cancelled")] == [quiet]
    assert (await appointments.get(booking.id)).state == "cancelled"


@pytest.mark.feature("C-65")
@pytest.mark.parametrize(("notify", "quiet"), [("yes", False), ("no", True)])
async def test_to_reschedule_frees_the_time_and_tells_as_the_agent_chooses(
    booking: Booking, office: Office, signed_in: SignedIn, notify: str, quiet: bool
) -> None:
    bea = await signed_in("Bea")
    way = f"{page_of(booking)}/replanification"
    assert "Mettre ce rendez-vous à replanifier" in (await bea.get(way)).text
    said = await shown_after(bea, await bea.submit(way, {"notify": notify}))
    assert "À replanifier" in said
    assert [one["quiet"] for one in await told("booking.to_reschedule")] == [quiet]
    assert (await appointments.get(booking.id)).state == "to_reschedule"
    assert (
        await book(office, booking.starts_at, replace(ZOE, first_name="Noé"))
    ).state == "planned"
    again_asked = await bea.get(way)
    assert (again_asked.status_code, again_asked.headers["location"]) == (303, page_of(booking))
    assert (await bea.submit(way, {})).status_code == 409


@pytest.mark.feature("C-64")
async def test_deleting_warns_that_nobody_is_told_unless_asked(
    booking: Booking, office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    way = f"{page_of(booking)}/suppression"
    asked = (await bea.get(way)).text
    assert "Personne n’est prévenu de la suppression, sauf si vous le demandez ici." in asked
    assert "Il disparaît de l’agenda, des listes et des statistiques." in asked
    assert (await appointments.get(booking.id)).state == "planned"
    said = await shown_after(bea, await bea.submit(way, {}))
    assert "Le rendez-vous est supprimé. Personne n’a été prévenu." in said
    assert "Zoé Petit" not in said
    assert [one["quiet"] for one in await told("booking.cancelled")] == [True]
    assert (await bea.get(page_of(booking))).status_code == 404
    assert (await bea.submit(way, {})).status_code == 404
    assert (await book(office, booking.starts_at)).state == "planned"


async def test_a_deleted_appointment_is_gone_for_the_person_and_kept_in_their_data(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    async with tenant_transaction() as tx:
        token = await appointments.link_for(tx, booking.id)
    await bea.submit(f"{page_of(booking)}/suppression", {"notify": "yes"})
    assert "Ce rendez-vous est annulé" in (await bea.get(f"/lien/{token}")).text
    assert [one["quiet"] for one in await told("booking.cancelled")] == [False]
    assert booking.person_id is not None
    assert await appointments.of_person(booking.person_id) == []
    assert str(booking.id) in str(await people.export(booking.person_id))


async def test_what_is_past_is_deleted_without_a_word_to_anybody(
    office: Office, signed_in: SignedIn
) -> None:
    past = await book(office, at(today() - timedelta(days=1), 9))
    await appointments.set_state(past.id, "seen", Actor("agent", office.bea))
    bea = await signed_in("Bea")
    way = f"{page_of(past)}/suppression"
    assert 'name="notify"' not in (await bea.get(way)).text
    await shown_after(bea, await bea.submit(way, {"notify": "yes"}))
    assert await told("booking.cancelled") == []


@pytest.mark.feature("C-64")
@pytest.mark.feature("C-65")
async def test_a_status_is_undone_by_one_button_by_whoever_set_it(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    assert "Revenir à" not in (await bea.get(page_of(booking))).text
    await bea.submit(f"{page_of(booking)}/statut", {"status": "no_show"})
    page = (await bea.get(page_of(booking))).text
    assert "Revenir à « Indéterminé »" in page
    assert "Revenir à" not in (await sam.get(page_of(booking))).text
    await bea.submit(f"{page_of(booking)}/statut", {"status": "planned"})
    assert (await appointments.get(booking.id)).state == "planned"
    assert "Revenir à « Absent non excusé »" in (await bea.get(page_of(booking))).text
    await sam.submit(f"{page_of(booking)}/statut", {"status": "seen"})
    assert "Revenir à" not in (await bea.get(page_of(booking))).text


@pytest.mark.feature("C-65")
async def test_each_participant_of_a_session_has_a_status_of_their_own(
    office: Office, signed_in: SignedIn
) -> None:
    first, second = await session_of_two(office)
    bea = await signed_in("Bea")
    page = (await bea.get(page_of(first))).text
    assert "Participants" in page
    assert f'href="{page_of(second)}"' in page
    answer = await bea.submit(
        f"{page_of(second)}/statut", {"status": "no_show", "page": str(first.id)}
    )
    assert answer.headers["location"] == page_of(first)
    states = {one.id: one.state for one in await appointments.seated(first.appointment_id)}
    assert states == {first.id: "planned", second.id: "no_show"}
    strange = await bea.submit(f"{page_of(second)}/statut", {"status": "seen", "page": "//mal"})
    assert strange.headers["location"] == page_of(second)


async def session_of_two(office: Office) -> tuple[Booking, Booking]:
    motive = await another_motive(office, capacity=8)
    start = at(today() + timedelta(days=2), 10)
    draft = SessionDraft(
        motive_id=motive,
        place_id=office.place,
        resource_ids=[office.bea],
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        capacity=8,
    )
    session = await appointments.create_session(draft, SYSTEM)

    async def seat(name: str) -> Booking:
        wish = HoldRequest(motive_id=motive, starts_at=start, appointment_id=session, owner=b"b")
        who = ConfirmRequest(identity=replace(ZOE, first_name=name, email=f"{name}@example.org"))
        return await appointments.book(
            replace(wish, source="agent"), who, Actor("agent", office.bea)
        )

    return await seat("Anna"), await seat("Boris")


async def test_the_page_says_who_set_it_and_how_the_place_is_reached(
    booking: Booking, office: Office, signed_in: SignedIn
) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            """
            UPDATE place SET access_information = 'Sonnez à la grille', phone = '+33145454545'
            WHERE tenant_id = $1 AND id = $2
            """,
            tx.tenant_id,
            office.place,
        )
    page = (await (await signed_in("Bea")).get(page_of(booking))).text
    assert "Par Bea Martin" in page
    assert "Sonnez à la grille" in page


async def test_the_page_names_relatives_and_who_follows_the_person(
    booking: Booking, office: Office, signed_in: SignedIn
) -> None:
    assert booking.person_id is not None
    child = RelativeDraft(first_name="Lou", last_name="Petit", birth_date=date(2020, 3, 1))
    await people.add_relative(booking.person_id, child, Actor("agent", office.bea))
    await people.add_referent(booking.person_id, office.sam, Actor("agent", office.bea))
    page = (await (await signed_in("Bea")).get(page_of(booking))).text
    assert "Lou Petit" in page
    assert "1er mars 2020" in page
    assert "Suivi par" in page
    assert "Sam Martin" in page


async def test_whoever_ends_an_appointment_is_shown_first_what_changed(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    bea = await signed_in("Bea")
    for end in ("/annulation", "/replanification", "/suppression"):
        way = f"{page_of(booking)}{end}"
        shown = carried((await bea.get(way)).text)
        state = (await appointments.get(booking.id)).state
        other: State = "planned" if state == "waiting" else "waiting"
        await appointments.set_state(booking.id, other, Actor("agent", office.alice))
        late = await bea.submit(way, shown)
        assert late.status_code == 409
        assert "Quelqu’un a modifié ceci depuis" in late.text
        assert "En salle d’attente" in late.text
        assert (await appointments.get(booking.id)).state == other
    assert (await bea.submit(way, carried(late.text))).status_code == 303


def carried(page: str) -> dict[str, str]:
    """Read what the form that ends an appointment carries of what it shows."""
    found = dict(re.findall(r'name="(version|vu)" value="([^"]*)"', page))
    assert found.keys() == {"version", "vu"}
    return {name: unescape(value) for name, value in found.items()}

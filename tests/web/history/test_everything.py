"""Appointments, persons, settings; agents, persons, programs, nobody: all of it is told (C-66)."""

import re
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest, MoveRequest
from creneau.context import SYSTEM, VISITOR, Actor
from creneau.database import tenant_transaction
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import PersonPreference
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import Identity, PersonDetails, RelativeDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.tokens import service as tokens
from creneau_web.admin.history import kinds
from creneau_web.history.telling import SENTENCES
from msgspec.structs import replace

from tests.days import tomorrow
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import ZOE, Office, at, book
from tests.web.public.citizen import words
from tests.web.stage import Visitor

PAGE = "/administration/historique"
OWNER = b"browser"


async def told(alice: Visitor, kind: str, subject: UUID) -> list[str]:
    """Give what is told of a subject, the oldest first."""
    shown = (await alice.get(PAGE, params={"sujet": kind, "id": str(subject)})).text
    rows = re.findall(
        r"<tr>\s*<td class=\"history-when\">.*?</td>\s*<td>(.*?)</td>", shown, re.DOTALL
    )
    return [" ".join(re.sub(r"<[^>]+>", "", row).split()) for row in reversed(rows)]


async def online(office: Office, hour: int, who: Identity, actor: Actor = VISITOR) -> Booking:
    """Hold and confirm a time as somebody does who is no agent."""
    wish = HoldRequest(
        motive_id=office.motive,
        starts_at=at(tomorrow(), hour),
        place_id=office.place,
        owner=OWNER,
    )
    held = await appointments.hold(wish, actor)
    request = ConfirmRequest(identity=who, email_proven=True, instructions_accepted=True)
    return await appointments.confirm(held.id, OWNER, request, actor)


async def program(office: Office) -> Actor:
    await tokens.create_token(office.tenant, ["bookings:write"], "Standard", 30)
    (token,) = await tokens.tokens()
    return Actor("api", token.id)


@pytest.mark.feature("C-66")
async def test_all_that_befalls_an_appointment_is_told_with_who_did_it(
    entered: Entered, office: Office
) -> None:
    booking = await online(office, 9, ZOE)
    assert booking.person_id is not None
    later = at(tomorrow(), 11)
    bea = Actor("agent", office.bea)
    await appointments.move(booking.id, MoveRequest(starts_at=later), bea)
    await appointments.set_state(booking.id, "waiting", bea)
    await appointments.set_state(booking.id, "planned", bea)
    await appointments.cancel(booking.id, Actor("person", booking.person_id))
    alice = await entered("Alice")
    assert await told(alice, "booking", booking.id) == [
        "Une personne, en ligne, a choisi l’horaire d’un rendez-vous : « Carte d’identité ».",
        "Zoé Petit a confirmé un rendez-vous : « Carte d’identité ».",
        "Bea Martin a déplacé un rendez-vous : « Carte d’identité ».",
        "Bea Martin a changé le statut d’un rendez-vous : « Carte d’identité ».",
        "Bea Martin a changé le statut d’un rendez-vous : « Carte d’identité ».",
        "Zoé Petit a annulé un rendez-vous : « Carte d’identité ».",
    ]
    page = words(await alice.get(f"/agents/rendez-vous/{booking.id}"))
    for sentence in (
        "Une personne, en ligne, a choisi cet horaire.",
        "Zoé Petit a confirmé le rendez-vous.",
        "Bea Martin a déplacé le rendez-vous du",
        "Bea Martin a changé le statut de « Indéterminé » en « En salle d’attente ».",
        "Zoé Petit a annulé le rendez-vous.",
    ):
        assert sentence in page


@pytest.mark.feature("C-66")
async def test_a_program_is_told_of_as_what_it_is(entered: Entered, office: Office) -> None:
    booking = await online(office, 9, ZOE, await program(office))
    assert booking.person_id is not None
    alice = await entered("Alice")
    assert await told(alice, "booking", booking.id) == [
        "Un logiciel relié a choisi l’horaire d’un rendez-vous : « Carte d’identité ».",
        "Un logiciel relié a confirmé un rendez-vous : « Carte d’identité ».",
    ]
    made = "Un logiciel relié a créé la fiche de « Zoé Petit »."
    assert await told(alice, "person", booking.person_id) == [made]


@pytest.mark.feature("C-66")
async def test_all_that_befalls_a_person_is_told_until_nobody_knows_who_they_were(
    entered: Entered, office: Office
) -> None:
    booking = await online(office, 9, ZOE)
    zoe = booking.person_id
    assert zoe is not None
    again = await online(office, 14, replace(ZOE, phone="0605040302"))
    assert again.person_id == zoe
    herself = Actor("person", zoe)
    await people.update_details(zoe, PersonDetails(first_name="Zoé", last_name="Petit"), herself)
    await preferences.choose_of_person(
        zoe, PersonPreference(by_email=True, by_sms=False), Actor("agent", office.bea)
    )
    draft = RelativeDraft(first_name="Léo", last_name="Petit")
    leo = await people.add_relative(zoe, draft, herself)
    alice = await entered("Alice")
    assert await told(alice, "person", zoe) == [
        "Une personne, en ligne, a créé la fiche de « Zoé Petit ».",
        "Une personne, en ligne, a modifié la fiche de « Zoé Petit ».",
        "Zoé Petit a modifié la fiche de « Zoé Petit ».",
        "Bea Martin a modifié les messages que reçoit « Zoé Petit ».",
    ]
    assert await told(alice, "person", leo) == ["Zoé Petit a créé la fiche de « Léo Petit »."]
    for one in (booking, again):
        await appointments.cancel(one.id, SYSTEM)
    await people.erase(zoe, herself)
    erased = (await told(alice, "person", zoe))[-1]
    assert erased == "Une personne a effacé les données d’une personne."
    assert "Petit" not in (await alice.get(PAGE)).text


@pytest.mark.feature("C-66")
async def test_what_becomes_of_settings_is_told_whoever_set_them(
    entered: Entered, office: Office
) -> None:
    by_alice = Actor("agent", office.alice)
    place = await places.create_place(
        PlaceDraft(organisation_id=office.organisation, name="Annexe"), SYSTEM
    )
    service = next(one for one in await organisations.services() if one.name == "Accueil")
    await organisations.update_service(replace(service, name="Guichet"), by_alice)
    alice = await entered("Alice")
    assert await told(alice, "place", place) == ["Créneau a créé le lieu « Annexe »."]
    assert await told(alice, "service", service.id) == [
        "Créneau a créé le service « Guichet ».",
        "Alice Martin a modifié le service « Guichet ».",
    ]
    account = await alice.submit("/agents/compte/autres-sessions/fermeture", {})
    assert account.status_code == 303
    assert "Alice Martin a fermé toutes ses autres sessions." not in await told(
        alice, "agent", office.alice
    )
    await entered("Alice")
    await alice.submit("/agents/compte/autres-sessions/fermeture", {})
    assert (await told(alice, "agent", office.alice))[-1] == (
        "Alice Martin a fermé toutes ses autres sessions."
    )


@pytest.mark.feature("C-66")
async def test_no_entry_is_left_without_a_sentence_and_a_filter(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 9))
    async with tenant_transaction() as tx:
        rows = await tx.rows("SELECT DISTINCT action, subject_kind FROM history")
    written = {row["action"] for row in rows}
    assert {row["subject_kind"] for row in rows} <= {kind for kind, _words in kinds()}
    assert {"booking.confirmed", "person.created", "opening.created", "agent.created"} <= written
    assert written <= SENTENCES.keys()
    alice = await entered("Alice")
    for page in (PAGE, f"/agents/rendez-vous/{booking.id}"):
        shown = words(await alice.get(page))
        assert [action for action in written if action in shown] == []


async def test_a_time_given_back_is_told(entered: Entered, office: Office) -> None:
    wish = HoldRequest(
        motive_id=office.motive,
        starts_at=at(tomorrow(), 9),
        place_id=office.place,
        owner=OWNER,
    )
    held = await appointments.hold(wish, VISITOR)
    for _ in range(2):
        await appointments.release(held.id, OWNER)
    back = "Une personne, en ligne, a rendu l’horaire choisi pour un rendez-vous : « Carte d’identité »."
    assert (await told(await entered("Alice"), "booking", held.id))[1:] == [back]

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SessionDraft
from creneau.context import SYSTEM
from creneau.motives import service as motives
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft

from tests.days import today, tomorrow
from tests.platform.cast import new_motive
from tests.web.backoffice.cast import Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients, Visitor


@pytest.fixture
async def sam(signed_in: SignedIn) -> Visitor:
    return await signed_in("Sam")


async def opened(office: Office, agent_id: UUID, place_id: UUID, days: int) -> None:
    draft = OpeningDraft(
        resource_id=agent_id,
        place_id=place_id,
        motive_ids=(office.motive,),
        title="",
        first_day=today() + timedelta(days=days),
        start_time=at(today(), 9).time(),
        end_time=at(today(), 10).time(),
        recurrence=None,
    )
    await planning.create_opening(draft, SYSTEM)


async def test_anybody_else_is_asked_to_sign_in(client: Clients, office: Office) -> None:
    answer = await client(office.tenant).get("/creneaux")
    assert answer.headers["location"] == "/agents/connexion?next=/creneaux"


async def test_before_a_motive_is_chosen_the_page_says_what_to_do(sam: Visitor) -> None:
    page = (await sam.get("/creneaux")).text
    assert "Choisissez un motif : les créneaux libres s’affichent ici" in page
    assert (
        await sam.get(f"/creneaux?motif={uuid4()}&date=hier&agents=x&lieux=y")
    ).status_code == 200


@pytest.mark.feature("C-63")
async def test_slots_stand_by_place_with_whoever_is_free(office: Office, sam: Visitor) -> None:
    school = await places.create_place(
        PlaceDraft(organisation_id=office.organisation, name="École Ferry"), SYSTEM
    )
    await opened(office, office.alice, school, 2)
    page = (await sam.get(f"/creneaux?motif={office.motive}&date={tomorrow()}")).text
    assert "École Ferry" in page
    assert "Place de la mairie" in page
    assert "Alice Martin" in page
    day = (today() + timedelta(days=2)).isoformat()
    way = f"/rendez-vous/nouveau?agent={office.alice}&amp;debut={day}T09%3A00&amp;motif={office.motive}&amp;lieu={school}&amp;creneau=oui"
    assert way in page
    only = (
        await sam.get(f"/creneaux?motif={office.motive}&lieux={school}&agents={office.alice}")
    ).text
    assert f"agent={office.bea}&amp;debut" not in only
    assert f"agent={office.alice}&amp;debut" in only


async def test_an_agent_is_offered_the_times_of_the_own_service_only(
    office: Office, signed_in: SignedIn
) -> None:
    await opened(office, office.bob, office.place, 1)
    bea = await signed_in("Bea")
    page = (await bea.get(f"/creneaux?motif={office.motive}&date={tomorrow()}")).text
    assert "Bea Martin" in page
    assert "Bob Martin" not in page


@pytest.mark.feature("C-63")
async def test_where_a_week_has_nothing_the_first_one_that_has_is_shown(
    office: Office, sam: Visitor
) -> None:
    await opened(office, office.alice, office.place, 30)
    way = f"/creneaux?motif={office.motive}&agents={office.alice}"
    page = (await sam.get(way)).text
    assert "Rien n’est libre avant le" in page
    assert f"debut={today() + timedelta(days=30)}T09%3A00" in page
    assert f"date={today() + timedelta(days=23)}" in page
    assert f"date={today() + timedelta(days=37)}" in page
    nobody = await sam.get(f"/creneaux?motif={office.motive}&agents={office.bob}")
    assert "Aucun créneau libre dans les deux mois" in nobody.text


async def test_a_motive_without_any_opening_leads_to_where_one_is_made(
    office: Office, sam: Visitor
) -> None:
    service = (await motives.motive(office.motive)).service_id
    other = await new_motive(office.organisation, service, name="Passeport")
    page = (await sam.get(f"/creneaux?motif={other}")).text
    assert "Aucune plage d’ouverture à venir ne porte ce motif" in page
    assert 'href="/plages/nouvelle"' in page
    assert "Aucun créneau libre dans les deux mois" not in page
    assert "Semaine suivante" not in page


@pytest.mark.feature("C-63")
async def test_a_time_that_is_chosen_is_taken_once_somebody_is_named(
    office: Office, sam: Visitor
) -> None:
    form = {
        "fait": "personne",
        "etape": "suite",
        "motif": str(office.motive),
        "agents": str(office.bea),
        "jour": tomorrow().isoformat(),
        "heure": "10:00",
        "lieu": str(office.place),
        "creneau": "oui",
        "prenom": "Noé",
        "nom": "Petit",
        "notes": "Dossier complet.",
    }
    answer = await sam.submit("/rendez-vous/nouveau", form)
    assert answer.status_code == 303, answer.text
    (made,) = await appointments.agenda([office.bea], at(tomorrow(), 9), at(tomorrow(), 12))
    assert made.starts_at == at(tomorrow(), 10)
    assert made.first_name == "Noé"
    taken = await sam.submit("/rendez-vous/nouveau", {**form, "prenom": "Zoé"})
    assert taken.status_code == 409
    assert "Ce créneau vient d’être pris" in taken.text
    assert 'value="Zoé"' in taken.text
    assert f'href="/creneaux?motif={office.motive}"' in taken.text


async def test_a_seat_of_a_session_is_found_and_taken(office: Office, sam: Visitor) -> None:
    service = (await motives.motive(office.motive)).service_id
    workshop = await new_motive(office.organisation, service, name="Atelier CV", capacity=2)
    draft = SessionDraft(
        motive_id=workshop,
        place_id=office.place,
        resource_ids=(office.bea,),
        starts_at=at(tomorrow(), 14),
        ends_at=at(tomorrow(), 16),
        capacity=2,
    )
    session = await appointments.create_session(draft, SYSTEM)
    page = (await sam.get(f"/creneaux?motif={workshop}")).text
    assert "2 places" in page
    assert f"seance={session}" in page
    form = {
        "fait": "personne",
        "motif": str(workshop),
        "agents": str(office.bea),
        "jour": tomorrow().isoformat(),
        "heure": "14:00",
        "lieu": str(office.place),
        "creneau": "oui",
        "seance": str(session),
        "prenom": "Noé",
        "nom": "Petit",
    }
    assert (await sam.submit("/rendez-vous/nouveau", form)).status_code == 303
    (made,) = await appointments.agenda([office.bea], at(tomorrow(), 13), at(tomorrow(), 17))
    assert made.appointment_id == session


async def test_what_is_booked_is_offered_no_more(office: Office, sam: Visitor) -> None:
    way = f"/creneaux?motif={office.motive}&date={tomorrow()}"
    slot = f"debut={tomorrow()}T10%3A00"
    assert slot in (await sam.get(way)).text
    await book(office, at(tomorrow(), 10))
    assert slot not in (await sam.get(way)).text

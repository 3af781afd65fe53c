from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.notes import service as notes
from creneau.appointments.schemas import AgendaEntry
from creneau.context import SYSTEM
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.people import service as people

from tests.days import tomorrow
from tests.platform.cast import new_motive
from tests.web.backoffice.cast import Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients, Visitor

WAY = "/rendez-vous/nouveau"


@pytest.fixture
async def bea(signed_in: SignedIn) -> Visitor:
    return await signed_in("Bea")


def typed(office: Office, **changes: Any) -> dict[str, Any]:
    """Give the form of the last step, as the steps before have filled it."""
    return {
        "fait": "details",
        "etape": "creer",
        "motif": str(office.motive),
        "prenom": "Noé",
        "nom": "Petit",
        "notes": "Vient avec sa mère.",
        "jour": tomorrow().isoformat(),
        "heure": "09:30",
        "duree": "45",
        "lieu": str(office.place),
        "agents": [str(office.bea)],
        **changes,
    }


async def all_of(agent_id: UUID) -> list[AgendaEntry]:
    return await appointments.agenda([agent_id], at(tomorrow(), 0), at(tomorrow(), 23, 59))


async def test_anybody_else_is_asked_to_sign_in_and_led_back(
    client: Clients, office: Office
) -> None:
    answer = await client(office.tenant).get(f"{WAY}?agent={office.bea}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/agents/connexion?next=/rendez-vous/nouveau")


async def test_an_address_opens_the_first_step_that_it_leaves_open(
    office: Office, bea: Visitor
) -> None:
    first = (await bea.get(WAY)).text
    assert "Pour quel motif ?" in first
    assert "Carte d’identité" in first
    second = (await bea.get(f"{WAY}?motif={office.motive}&debut={tomorrow()}T09:30")).text
    assert "Qui vient ?" in second
    assert "9 h 30" in second
    assert "Pour quel motif ?" in (await bea.get(f"{WAY}?motif={uuid4()}&debut=bientot")).text


@pytest.mark.feature("C-62")
async def test_the_steps_lead_to_an_appointment_on_the_agenda(office: Office, bea: Visitor) -> None:
    carried = {"agents": str(office.bea), "jour": str(tomorrow()), "heure": "09:30"}
    step = {**carried, "motif": str(office.motive), "fait": "motif", "etape": "suite"}
    assert "Qui vient ?" in (await bea.submit(WAY, step)).text
    step |= {"fait": "personne", "prenom": "Noé", "nom": "Petit", "notes": "Vient avec sa mère."}
    page = (await bea.submit(WAY, step)).text
    assert "Quand, où et avec qui ?" in page
    assert "Noé Petit" in page
    assert 'value="30"' in page
    step |= {"fait": "details", "etape": "creer", "duree": "45", "lieu": str(office.place)}
    answer = await bea.submit(WAY, step)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"/agenda/{office.bea}?date={tomorrow()}"
    (made,) = await all_of(office.bea)
    assert made.starts_at == at(tomorrow(), 9, 30)
    assert made.ends_at == at(tomorrow(), 10, 15)
    assert (made.first_name, made.last_name, made.source) == ("Noé", "Petit", "agent")
    assert await notes.notes_of(made.appointment_id) == "Vient avec sa mère."
    assert "Vient avec sa mère." in (await bea.get(f"/agents/rendez-vous/{made.id}")).text


async def test_somebody_known_is_found_by_typing_and_chosen(office: Office, bea: Visitor) -> None:
    known = await book(office, at(tomorrow(), 15))
    step = {"motif": str(office.motive), "fait": "personne", "etape": "suite", "q": "petit zo"}
    page = (await bea.submit(WAY, {**step, "agents": str(office.bea)})).text
    assert "Qui vient ?" in page
    assert f'value="{known.person_id}"' in page
    answer = await bea.submit(
        WAY, typed(office, prenom="", nom="", personne=str(known.person_id), q="petit zo")
    )
    assert answer.status_code == 303
    assert {one.person_id for one in await all_of(office.bea)} == {known.person_id}


async def test_going_back_loses_nothing(office: Office, bea: Visitor) -> None:
    page = (await bea.submit(WAY, typed(office, etape="personne"))).text
    assert "Qui vient ?" in page
    assert 'value="Noé"' in page
    assert "Vient avec sa mère." in page
    assert 'name="duree" value="45"' in page
    page = (await bea.submit(WAY, typed(office, etape="motif"))).text
    assert "Pour quel motif ?" in page
    assert 'name="prenom" value="Noé"' in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"motif": str(uuid4())}, "Choisissez un motif."),
        ({"prenom": "", "nom": ""}, "Choisissez qui vient, ou créez une fiche"),
        ({"nom": ""}, "Écrivez le nom"),
        ({"personne": str(uuid4()), "prenom": "", "nom": ""}, "Cette personne n’existe plus ici."),
        ({"personne": str(uuid4())}, "gardez l’un ou l’autre"),
        ({"email": "noe"}, "Écrivez une adresse e-mail complète"),
        ({"notes": "x" * 2001}, "Ce texte est trop long"),
        ({"jour": "32/13"}, "Indiquez une date"),
        ({"heure": "demain"}, "Indiquez une heure"),
        ({"duree": "-5"}, "Indiquez une durée en minutes"),
        ({"lieu": str(uuid4())}, "Choisissez un lieu de la liste."),
        ({"agents": []}, "Choisissez au moins un agent."),
    ],
)
async def test_what_cannot_be_used_is_said_and_what_was_typed_is_kept(
    office: Office, bea: Visitor, changes: dict[str, Any], sentence: str
) -> None:
    answer = await bea.submit(WAY, typed(office, **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Vient avec sa mère." in answer.text or changes.get("notes")
    assert await all_of(office.bea) == []


async def test_a_colleague_out_of_reach_cannot_be_given_an_appointment(
    office: Office, bea: Visitor
) -> None:
    answer = await bea.submit(WAY, typed(office, agents=[str(office.bob)]))
    assert answer.status_code == 422
    assert "Bob Martin" not in answer.text
    assert await all_of(office.bob) == []


async def test_a_motive_of_another_service_is_not_offered(office: Office, bea: Visitor) -> None:
    registry = await new_motive(
        office.organisation, await _registry(office), name="Acte de naissance"
    )
    assert "Acte de naissance" not in (await bea.get(WAY)).text
    answer = await bea.submit(WAY, typed(office, motif=str(registry)))
    assert answer.status_code == 422


async def _registry(office: Office) -> UUID:
    own = (await motives.motive(office.motive)).service_id
    return next(one.id for one in await organisations.services() if one.name == "État civil" != own)


async def test_a_time_outside_openings_is_asked_about_first(office: Office, bea: Visitor) -> None:
    far = (tomorrow() + timedelta(days=20)).isoformat()
    answer = await bea.submit(WAY, typed(office, jour=far))
    assert answer.status_code == 422
    assert "en dehors des plages d’ouverture de Bea Martin" in answer.text
    assert (await bea.submit(WAY, typed(office, jour=far, outside="yes"))).status_code == 303


async def test_a_double_booking_is_refused_by_name_and_forced_with_a_reason(
    office: Office, bea: Visitor
) -> None:
    await book(office, at(tomorrow(), 9, 30))
    answer = await bea.submit(WAY, typed(office))
    assert answer.status_code == 409
    named = "Carte d’identité de 9 h 30 à 10 h (Bea Martin)"
    assert named in answer.text
    assert 'name="reason"' in answer.text
    assert len(await all_of(office.bea)) == 1
    assert (await bea.submit(WAY, typed(office, reason="Urgence"))).status_code == 303
    assert len(await all_of(office.bea)) == 2


@pytest.mark.feature("C-62")
async def test_two_agents_are_taken_together(office: Office, bea: Visitor) -> None:
    both = [str(office.bea), str(office.alice)]
    answer = await bea.submit(WAY, typed(office, agents=both, outside="yes"))
    assert answer.status_code == 303
    (made,) = await all_of(office.alice)
    assert set(made.resource_ids) == {office.bea, office.alice}


async def test_the_same_form_sent_twice_sets_one_appointment(office: Office, bea: Visitor) -> None:
    form = typed(office)
    assert [(await bea.submit(WAY, form)).status_code for _ in range(2)] == [303, 303]
    assert len(await all_of(office.bea)) == 1


async def test_an_erased_person_cannot_be_chosen(office: Office, bea: Visitor) -> None:
    gone = await book(office, at(tomorrow(), 15))
    assert gone.person_id is not None
    await appointments.cancel(gone.id, SYSTEM)
    await people.erase(gone.person_id, SYSTEM)
    form = typed(office, prenom="", nom="", personne=str(gone.person_id))
    answer = await bea.submit(WAY, form)
    assert "Cette personne n’existe plus ici." in answer.text


async def test_names_are_shown_as_typed_and_never_run(office: Office, bea: Visitor) -> None:
    strange = "<b>{{7*7}}</b>"
    page = (await bea.submit(WAY, typed(office, prenom=strange, etape="personne"))).text
    assert "&lt;b&gt;{{7*7}}&lt;/b&gt;" in page
    assert strange not in page

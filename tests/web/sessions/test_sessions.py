"""Group sessions: created, filled, signed, changed and called off, by forms alone (S-13)."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest
from creneau.appointments.sessions import service as sessions
from creneau.appointments.sessions.errors import AlreadyEnrolled, SessionOver
from creneau.appointments.sessions.rules import version_of
from creneau.appointments.sessions.schemas import SessionEdit
from creneau.context import VISITOR, Actor
from creneau.database import tenant_transaction
from creneau.people.schemas import Identity
from creneau.refusals import ChangedMeanwhile

from tests.days import today
from tests.infra.paper import text_of
from tests.platform.cast import new_motive
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office, at
from tests.web.backoffice.test_meanwhile import hidden_of
from tests.web.public.citizen import slots_in, words
from tests.web.stage import Clients, Visitor

HOME = "/rendez-vous-collectifs"


def soon(days: int = 9) -> date:
    return today() + timedelta(days=days)


async def motive_of(office: Office, **changes: Any) -> UUID:
    values = {"name": "Réunion d’information", "capacity": 2, "duration_minutes": 60, **changes}
    async with tenant_transaction() as tx:
        service = await tx.value(
            "SELECT service_id FROM motive WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            office.motive,
        )
    return await new_motive(office.organisation, service, **values)


def typed(office: Office, group: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "motive": str(group),
        "title": "Vos droits en une heure",
        "place": str(office.place),
        "day": soon().isoformat(),
        "start": "14:00",
        "minutes": "",
        "capacity": "",
        "agents": [str(office.bea)],
        **changes,
    }


async def created(visitor: Visitor, office: Office, **changes: Any) -> str:
    motive = changes.pop("motive", None) or await motive_of(office)
    answer = await visitor.submit(f"{HOME}/nouveau", typed(office, motive, **changes))
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"]


def id_of(path: str) -> UUID:
    return UUID(path.rpartition("/")[2])


def new_person(name: str) -> dict[str, str]:
    return {"first_name": name, "last_name": "Petit", "phone": "", "email": ""}


async def enrolled(path: str) -> list[str]:
    return [one.first_name for one in await sessions.seats(id_of(path)) if one.state == "planned"]


async def said_on(visitor: Visitor, path: str) -> str:
    return words(await visitor.get(path))


@pytest.mark.parametrize("end", ["", "/modification", "/annulation", "/emargement.pdf"])
async def test_strangers_sign_in_and_those_out_of_reach_are_told_so(
    client: Clients, entered: Entered, office: Office, end: str
) -> None:
    path = await created(await entered("Alice"), office)
    stranger = await client(office.tenant).get(path + end)
    assert stranger.headers["location"].startswith("/agents/connexion")
    for name, status in (("Bob", 403), ("Alice", 200), ("Bea", 200), ("Sam", 200)):
        assert (await (await entered(name)).get(path + end)).status_code == status, name
    assert (await (await entered("Alice")).get(f"{HOME}/{uuid4()}{end}")).status_code == 404


async def test_nobody_changes_a_session_out_of_reach(entered: Entered, office: Office) -> None:
    path = await created(await entered("Alice"), office)
    bob = await entered("Bob")
    for end in ("/modification", "/annulation", "/inscription", "/presences"):
        assert (await bob.submit(path + end, new_person("Eve"))).status_code == 403, end
    assert await enrolled(path) == []
    assert "Vos droits" not in await said_on(bob, HOME)


@pytest.mark.feature("S-13")
async def test_an_agent_creates_a_session_and_fills_it(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    assert "Créer une séance" in await said_on(bea, HOME)
    path = await created(bea, office)
    page = await said_on(bea, path)
    assert "Vos droits en une heure" in page
    assert "2 places libres" in page
    answer = await bea.submit(f"{path}/inscription", new_person("Zoé"))
    assert "C’est inscrit." in await said_on(bea, answer.headers["location"])
    search = await bea.get(f"{path}?q=petit")
    assert "déjà inscrit" in words(search)
    await bea.submit(f"{path}/inscription", new_person("Amina"))
    await bea.submit(f"{path}/inscription", new_person("Paul"))
    page = await said_on(bea, path)
    assert "La séance est complète : personne de plus ne peut être inscrit." in page
    assert sorted(await enrolled(path)) == ["Amina", "Zoé"]
    listed = await said_on(bea, HOME)
    assert "2 sur 2" in listed
    assert "Complète" in listed


async def test_who_has_a_file_is_enrolled_once(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await created(bea, office)
    await bea.submit(f"{path}/inscription", new_person("Zoé"))
    (zoe,) = await sessions.seats(id_of(path))
    again = await bea.submit(f"{path}/inscription", {"personne": str(zoe.person_id)})
    assert "déjà inscrite à cette séance" in await said_on(bea, again.headers["location"])
    with pytest.raises(AlreadyEnrolled):
        await sessions.enrol(
            id_of(path), ConfirmRequest(person_id=zoe.person_id), Actor("agent", office.bea)
        )
    other = await created(bea, office, motive=zoe.motive_id, start="16:00")
    await bea.submit(f"{other}/inscription", {"personne": str(zoe.person_id)})
    assert await enrolled(other) == ["Zoé"]


@pytest.mark.feature("S-13")
async def test_each_person_has_a_status_of_their_own(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await created(bea, office, capacity="5")
    for name in ("Zoé", "Amina", "Paul"):
        await bea.submit(f"{path}/inscription", new_person(name))
    by_name = {one.first_name: one for one in await sessions.seats(id_of(path))}
    chosen = {
        f"statut-{by_name['Zoé'].id}": "seen",
        f"statut-{by_name['Amina'].id}": "no_show",
        f"statut-{by_name['Paul'].id}": "planned",
    }
    answer = await bea.submit(f"{path}/presences", chosen)
    assert "2 statuts sont enregistrés." in await said_on(bea, answer.headers["location"])
    states = {one.first_name: one.state for one in await sessions.seats(id_of(path))}
    assert states == {"Zoé": "seen", "Amina": "no_show", "Paul": "planned"}


async def test_a_list_of_statuses_takes_back_nothing_that_a_colleague_set_meanwhile(
    entered: Entered, office: Office
) -> None:
    bea, sam = await entered("Bea"), await entered("Sam")
    path = await created(bea, office, capacity="5")
    for name in ("Zoé", "Amina", "Paul"):
        await bea.submit(f"{path}/inscription", new_person(name))
    ids = {one.first_name: one.id for one in await sessions.seats(id_of(path))}
    opened = (await bea.get(path)).text
    carried = dict(re.findall(r'name="((?:avant|version)-[^"]+)" value="([^"]*)"', opened))
    theirs = {f"statut-{ids['Zoé']}": "no_show", f"statut-{ids['Amina']}": "no_show"}
    await sam.submit(f"{path}/presences", {**carried, **theirs})
    own = {"Zoé": "planned", "Amina": "seen", "Paul": "seen"}
    answer = await bea.submit(
        f"{path}/presences",
        {**carried, **{f"statut-{ids[name]}": status for name, status in own.items()}},
    )
    said = await said_on(bea, answer.headers["location"])
    assert "1 statut est enregistré." in said
    assert "il reste comme suit : Amina Petit (Absent non excusé)" in said.replace("\u00a0", " ")
    states = {one.first_name: one.state for one in await sessions.seats(id_of(path))}
    assert states == {"Zoé": "no_show", "Amina": "no_show", "Paul": "seen"}


@pytest.mark.feature("S-13")
async def test_who_withdraws_frees_their_seat(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await created(bea, office, capacity="1")
    await bea.submit(f"{path}/inscription", new_person("Zoé"))
    page = (await bea.get(path)).text
    way = re.search(r'href="(/agents/rendez-vous/[^"]+/annulation)"', page)
    assert way is not None
    await bea.submit(way[1])
    await bea.submit(f"{path}/inscription", new_person("Amina"))
    assert await enrolled(path) == ["Amina"]
    assert "Ne viennent plus" in await said_on(bea, path)


@pytest.mark.feature("S-13")
async def test_the_sheet_to_sign_names_who_comes(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await created(bea, office)
    empty = await bea.get(f"{path}/emargement.pdf")
    assert empty.headers["content-type"] == "application/pdf"
    await bea.submit(f"{path}/inscription", new_person("Zoé"))
    text = text_of((await bea.get(f"{path}/emargement.pdf")).content)
    assert "Zoé" in text
    assert "Vos droits en une heure" in text


@pytest.mark.feature("S-13")
async def test_the_public_enrols_online_until_it_is_full(
    client: Clients, entered: Entered, office: Office
) -> None:
    motive = await motive_of(office)
    path = await created(await entered("Bea"), office, motive=motive, capacity="1")
    jeanne = client(office.tenant)
    slots = await jeanne.get(f"/rdv/{motive}/{office.place}?semaine={soon():%G-W%V}")
    (offered,) = slots_in(slots)
    held = HoldRequest(
        motive_id=motive,
        starts_at=at(soon(), 14),
        appointment_id=id_of(path),
        owner=b"jeanne",
    )
    assert str(id_of(path)) in offered
    who = ConfirmRequest(identity=Identity(first_name="Jeanne", last_name="Dupont"))
    await appointments.book(held, who, VISITOR)
    assert await enrolled(path) == ["Jeanne"]
    full = await jeanne.get(f"/rdv/{motive}/{office.place}?semaine={soon():%G-W%V}")
    assert slots_in(full) == []


async def test_seats_are_never_fewer_than_who_comes(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await created(bea, office)
    for name in ("Zoé", "Amina"):
        await bea.submit(f"{path}/inscription", new_person(name))
    form = await bea.get(f"{path}/modification")
    version = re.search(r'name="version" value="(\d+)"', form.text)
    assert version is not None
    edit = {"title": "Autre titre", "capacity": "1", "version": version[1]}
    refused = await bea.submit(f"{path}/modification", edit)
    assert "2 places sont déjà prises" in words(refused)
    assert "Autre titre" in refused.text
    saved = await bea.submit(f"{path}/modification", {**edit, "capacity": "3"})
    assert saved.status_code == 303
    late = await bea.submit(f"{path}/modification", {**edit, "title": "x", "capacity": "9"})
    assert late.status_code == 409
    assert "Quelqu’un a modifié cette séance" in words(late)
    assert (await sessions.session(id_of(path))).capacity == 3


async def test_a_session_is_called_off_with_its_bookings(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await created(bea, office)
    await bea.submit(f"{path}/inscription", new_person("Zoé"))
    assert "La personne inscrite perd sa place" in await said_on(bea, f"{path}/annulation")
    answer = await bea.submit(f"{path}/annulation")
    assert "Un message part à la personne inscrite." in await said_on(
        bea, answer.headers["location"]
    )
    assert [one.state for one in await sessions.seats(id_of(path))] == ["cancelled"]
    with pytest.raises(SessionOver):
        await sessions.call_off(id_of(path), Actor("agent", office.bea))
    again = await created(bea, office, motive=(await sessions.session(id_of(path))).motive_id)
    assert again != path


async def test_who_calls_off_what_changed_meanwhile_is_shown_it_first(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    path = await created(bea, office)
    way = f"{path}/annulation"
    opened = hidden_of((await bea.get(way)).text, way)
    await bea.submit(f"{path}/inscription", new_person("Zoé"))
    late = await bea.submit(way, opened)
    assert late.status_code == 409
    assert "Personnes inscrites : 0, maintenant 1" in words(late)
    assert (await sessions.session(id_of(path))).state == "scheduled"
    assert (await bea.submit(way, hidden_of(late.text, way))).status_code == 303
    assert (await sessions.session(id_of(path))).state == "cancelled"


async def test_the_engine_itself_calls_off_only_what_was_shown(
    entered: Entered, office: Office
) -> None:
    bea, actor = await entered("Bea"), Actor("agent", office.bea)
    path = await created(bea, office)
    found = await sessions.session(id_of(path))
    seen = version_of(found)
    # A page compares before; between that and the engine's lock somebody takes a seat.
    await bea.submit(f"{path}/inscription", new_person("Zoé"))
    with pytest.raises(ChangedMeanwhile) as refused:
        await sessions.call_off(found.id, actor, seen=seen)
    assert refused.value.saved == await sessions.session(found.id)
    edit = SessionEdit(title="Autre", capacity=2, version=found.version)
    seen = version_of(await sessions.session(found.id))
    await sessions.change(found.id, edit, actor)
    with pytest.raises(ChangedMeanwhile):
        await sessions.call_off(found.id, actor, seen=seen)
    assert (await sessions.session(found.id)).state == "scheduled"
    assert await sessions.call_off(found.id, actor) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"motive": ""}, "Choisissez un motif de la liste."),
        ({"place": str(uuid4())}, "Choisissez un lieu de l’organisation du motif."),
        ({"day": "24 novembre"}, "Écrivez une date complète"),
        ({"start": "midi"}, "Écrivez une heure"),
        ({"capacity": "0"}, "Écrivez un nombre de places de 1 à 10 000."),
        ({"minutes": "9999"}, "Indiquez une durée entre 1 minute et 24 heures."),
        ({"agents": []}, "Choisissez au moins une personne qui anime la séance."),
        ({"title": "x" * 200}, "Ce texte est trop long"),
    ],
)
async def test_what_cannot_be_used_is_said_and_the_rest_is_kept(
    entered: Entered, office: Office, wrong: dict[str, Any], sentence: str
) -> None:
    bea = await entered("Bea")
    fields = typed(office, await motive_of(office), **wrong)
    answer = await bea.submit(f"{HOME}/nouveau", fields)
    assert answer.status_code == 422
    assert sentence in words(answer)
    if "title" not in wrong:
        assert "Vos droits en une heure" in answer.text


async def test_who_leads_is_free_then_or_nothing_is_made(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await created(bea, office)
    motive = (await sessions.session(id_of(path))).motive_id
    answer = await bea.submit(f"{HOME}/nouveau", typed(office, motive, start="14:30"))
    assert answer.status_code == 409
    assert "n’est pas libre à cette heure" in words(answer)


async def test_what_is_typed_is_shown_as_typed(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await created(bea, office, title="<script>{{7*7}}</script>")
    page = (await bea.get(path)).text
    assert "<script>{{" not in page
    assert "{{7*7}}" in page

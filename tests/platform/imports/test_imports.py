"""A file is looked through line by line, then written as a whole or not at all (T-14)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.imports import queries, service
from creneau.imports.errors import NotReady
from creneau.imports.schemas import DataImport, ImportKind
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.people.queries import distinguished
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.refusals import InvalidInput, NotFound
from creneau.roles import service as roles
from creneau.roles.schemas import RoleDraft
from creneau_infra import clock

from tests.platform.cast import Stranger, Town, new_agent
from tests.platform.planning import slots, soon


async def sent(town: Town, kind: ImportKind, content: str) -> UUID:
    return await service.send(kind, "fichier.csv", content.encode(), town.alice)


async def checked(town: Town, kind: ImportKind, content: str) -> DataImport:
    import_id = await sent(town, kind, content)
    await service.check(import_id)
    return await service.data_import(import_id)


async def written(town: Town, kind: ImportKind, content: str) -> DataImport:
    found = await checked(town, kind, content)
    assert found.faults == ()
    await service.start(found.id)
    await service.write(found.id)
    return await service.data_import(found.id)


async def names_of_places() -> list[str]:
    return [place.name for place in await places.places()]


@pytest.mark.feature("T-14")
async def test_nothing_is_written_before_it_is_asked_for(town: Town) -> None:
    before = await names_of_places()
    found = await checked(town, "places", "Nom\nAnnexe\nGymnase\n")
    assert (found.state, found.made, found.known, found.wrong) == ("checked", 2, 0, 0)
    assert await names_of_places() == before


@pytest.mark.feature("T-14")
async def test_places_are_written_and_those_that_are_there_are_left_as_they_are(
    town: Town,
) -> None:
    await places.create_place(
        PlaceDraft(organisation_id=town.organisation, name="Annexe", phone="1"), SYSTEM
    )
    found = await written(
        town, "places", "Nom;Téléphone;Latitude;Longitude\nANNEXE;2;;\nGymnase;3;46,5;3,25\n"
    )
    assert (found.state, found.made, found.known) == ("done", 1, 1)
    kept = {place.name: place for place in await places.places()}
    assert kept["Annexe"].phone == "1"
    assert (kept["Gymnase"].latitude, kept["Gymnase"].longitude) == (46.5, 3.25)


@pytest.mark.feature("T-14")
async def test_each_line_says_what_is_wrong_with_it_and_nothing_is_written(town: Town) -> None:
    before = await names_of_places()
    table = (
        "Nom;Organisation;Adresse;Latitude\nGymnase;;;\n;;Ici;\nAnnexe;Nulle part;;\nÉcole;;;nord\n"
    )
    found = await checked(town, "places", table)
    assert (found.made, found.wrong) == (1, 3)
    assert [fault.line for fault in found.faults] == [3, 4, 5]
    assert [fault.column for fault in found.faults] == ["Nom", "Organisation", "Latitude"]
    with pytest.raises(NotReady):
        await service.start(found.id)
    assert await names_of_places() == before


async def test_a_line_that_no_longer_fits_when_it_is_written_writes_nothing(town: Town) -> None:
    motive = (await motives.motive(town.motive)).name
    day = soon()
    table = (
        "Agent;Lieu;Motifs;Premier jour;Début;Fin\n"
        f"alice@exemple.fr;Annexe;{motive};{day:%d/%m/%Y};9:00;10h30\n"
    )
    annexe = await places.create_place(
        PlaceDraft(organisation_id=town.organisation, name="Annexe"), SYSTEM
    )
    found = await checked(town, "openings", table)
    assert (found.made, found.wrong) == (1, 0)
    await service.start(found.id)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE place SET archived_at = now() WHERE id = $1", annexe)
    await service.write(found.id)
    after = await service.data_import(found.id)
    assert (after.state, after.wrong) == ("checked", 1)
    assert await slots(town, day) == []


@pytest.mark.feature("T-14")
async def test_openings_are_written_with_their_repetition(town: Town) -> None:
    motive = (await motives.motive(town.motive)).name
    place = (await names_of_places())[0]
    day = soon()
    table = (
        "Agent;Lieu;Motifs;Premier jour;Début;Fin;Jours de la semaine;Toutes les n semaines;Jusqu’au\n"
        f"ALICE@exemple.fr;{place};{motive};{day:%Y-%m-%d};9h;10:30;"
        f"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche;1;{day + timedelta(days=30):%d/%m/%Y}\n"
    )
    await written(town, "openings", table)
    assert len(await slots(town, day)) == 3
    assert len(await slots(town, day + timedelta(days=1))) == 3


@pytest.mark.feature("T-14")
async def test_agents_are_invited_by_mail_and_those_who_are_there_are_left_as_they_are(
    town: Town,
) -> None:
    place = (await organisations.organisations())[0].name
    service_name = next(
        one.name for one in await organisations.services() if one.id == town.citizenship
    )
    table = (
        "E-mail;Prénom;Nom;Service;Rôle;Organisation\n"
        f"Chris@exemple.fr;Chris;Durand;{service_name};Agent;{place}\n"
        f"alice@exemple.fr;Alice;Autre;{service_name};agent;{place}\n"
    )
    found = await written(town, "agents", table)
    assert (found.made, found.known) == (1, 1)
    chris = next(one for one in await agents.agents() if one.email == "chris@exemple.fr")
    assert chris.state == "invited"
    assert (await agents.agent(town.alice)).last_name != "Autre"
    async with tenant_transaction() as tx:
        kinds = {row["kind"] for row in await tx.rows("SELECT kind FROM outbox")}
    assert any("invit" in kind for kind in kinds)


async def test_nobody_brings_agents_along_with_more_rights_than_their_own(town: Town) -> None:
    place = (await organisations.organisations())[0].name
    service_name = (await organisations.services())[0].name
    wanted = RoleDraft(name="Chef", permissions=("organisation:agent:update",))
    await roles.create_role(wanted, SYSTEM)
    code = next(one.code for one in await roles.roles() if one.name == "Chef")
    chief = await new_agent("Chris", town.organisation, town.citizenship, code)
    table = (
        "E-mail;Prénom;Nom;Service;Rôle;Organisation\n"
        f"dan@exemple.fr;Dan;Durand;{service_name};Administration;{place}\n"
        f"eve@exemple.fr;Eve;Durand;Nul;Chef;{place}\n"
        f"fay@exemple.fr;Fay;Durand;{service_name};Roi;{place}\n"
    )
    import_id = await service.send("agents", "a.csv", table.encode(), chief)
    await service.check(import_id)
    found = await service.data_import(import_id)
    assert (found.made, found.wrong) == (0, 3)
    assert [fault.column for fault in found.faults] == [
        "Rôle",
        "Services (séparés par |)",
        "Rôle",
    ]


@pytest.mark.feature("T-14")
async def test_persons_are_written_once_whoever_sends_them_again(town: Town) -> None:
    table = (
        "Prénom;Nom;E-mail;Téléphone;Date de naissance\n"
        "Zoé;Petit;Zoe@example.org;06 12 34 56 78;24/11/1980\n"
        "zoe;PETIT;zoe@example.org;+33612345678;1980-11-24\n"
        "Adam;Petit;;;\n"
    )
    found = await written(town, "persons", table)
    assert (found.made, found.known) == (2, 1)
    async with tenant_transaction() as tx:
        kept = await distinguished(tx)
    assert len(kept) == 2
    again = await checked(town, "persons", table)
    assert (again.made, again.known) == (0, 3)
    with pytest.raises(NotReady):
        await service.start(again.id)


async def test_fifty_thousand_persons_are_written(town: Town) -> None:
    table = "Prénom;Nom\n" + "".join(f"Zoé;Petit{number}\n" for number in range(50_000))
    found = await written(town, "persons", table)
    assert (found.state, found.made) == ("done", 50_000)


async def test_who_is_born_today_is_born_by_the_tenants_calendar(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half past midnight in Paris, in summer.
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 6, 30, 22, 30, tzinfo=UTC))
    head = "Prénom;Nom;Date de naissance\n"
    found = await checked(town, "persons", f"{head}Léo;Noël;01/07/2027\nNoé;Noël;02/07/2027\n")
    assert [fault.line for fault in found.faults] == [3]


async def test_a_file_is_forgotten_once_it_is_written_or_given_up(town: Town) -> None:
    found = await written(town, "places", "Nom\nGymnase\n")
    async with tenant_transaction() as tx:
        assert await queries.content(tx, found.id) is None
    with pytest.raises(NotReady):
        await service.give_up(found.id)
    other = await checked(town, "places", "Nom\nPiscine\n")
    await service.give_up(other.id)
    with pytest.raises(NotFound):
        await service.data_import(other.id)


async def test_a_file_is_forgotten_after_a_week(
    town: Town, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await checked(town, "places", "Nom\nPiscine\n")
    await service.forget_old(tenant.id)
    await service.data_import(found.id)
    later = clock.now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    await service.forget_old(tenant.id)
    with pytest.raises(NotFound):
        await service.data_import(found.id)


async def test_a_job_that_runs_twice_writes_once(town: Town) -> None:
    found = await checked(town, "places", "Nom\nGymnase\n")
    await service.start(found.id)
    await service.write(found.id)
    await service.write(found.id)
    await service.check(found.id)
    assert (await names_of_places()).count("Gymnase") == 1


async def test_the_import_of_another_tenant_is_not_there(town: Town, stranger: Stranger) -> None:
    found = await checked(town, "places", "Nom\nGymnase\n")
    with acting_for(stranger.tenant):
        for step in (service.data_import, service.start, service.give_up):
            with pytest.raises(NotFound):
                await step(found.id)


async def test_an_import_takes_so_many_lines(town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        await sent(town, "places", "Nom\n" + "Gymnase\n" * 2001)
    assert "2001 lignes" in refused.value.fields["file"]

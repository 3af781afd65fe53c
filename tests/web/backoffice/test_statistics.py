"""Statistics: what became of appointments, who booked them, within whose reach (C-69)."""

import csv
import io
import re
from datetime import UTC, timedelta

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, HoldRequest, MoveRequest
from creneau.context import SYSTEM, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.schemas import ArchiveMotive, Delete, SeriesRef
from creneau.statistics import service

from tests.days import today
from tests.platform.cast import new_motive
from tests.web.backoffice.cast import Office, at, book, furnish_office, sign_in
from tests.web.backoffice.conftest import SignedIn
from tests.web.backoffice.standing import ADAM, annexed, question
from tests.web.stage import Clients, Visitor, new_tenant

PAGE = "/statistiques"


async def shown(visitor: Visitor, **asked: str) -> str:
    answer = await visitor.get(PAGE, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def figure(page: str, label: str) -> str:
    found = re.search(rf"<b>([^<]*)</b><span>{label}</span>", page)
    assert found is not None, label
    return found[1]


@pytest.mark.usefixtures("booked")
async def test_each_status_is_counted_and_leads_to_its_list(signed_in: SignedIn) -> None:
    alice = await signed_in("Alice")
    page = await shown(alice)
    counts = {
        "À renseigner": "1",
        "Vu": "1",
        "Absent non excusé": "1",
        "Absent excusé": "1",
        "À venir": "1",
        "Annulé par le service": "0",
    }
    assert {label: figure(page, label) for label in counts} == counts
    href = re.search(r'href="(/rendez-vous\?[^"]*statut=to_fill)"', page)
    assert href is not None
    assert "1 rendez-vous" in (await alice.get(href[1].replace("&amp;", "&"))).text


async def test_figures_follow_each_change_at_once(
    office: Office, booked: list[Booking], signed_in: SignedIn
) -> None:
    alice = await signed_in("Alice")
    assert figure(await shown(alice), "À renseigner") == "1"
    await appointments.set_state(booked[0].id, "seen", SYSTEM)
    page = await shown(alice)
    assert (figure(page, "À renseigner"), figure(page, "Vu")) == ("0", "2")
    await appointments.cancel(booked[4].id, SYSTEM)
    await book(office, at(today() + timedelta(days=2), 9), ADAM)
    page = await shown(alice)
    assert (figure(page, "À venir"), figure(page, "Annulé par le service")) == ("1", "1")


async def test_openings_are_as_full_as_appointments_make_them(
    booked: list[Booking], signed_in: SignedIn
) -> None:
    found = (await service.statistics(question())).filling
    # Five days from midnight to half past eleven; four of the five appointments take half an hour.
    days = [today() + timedelta(days=number) for number in range(-2, 3)]
    lengths = [at(day, 23, 30).astimezone(UTC) - at(day, 0).astimezone(UTC) for day in days]
    opened = sum(lengths, timedelta()) // timedelta(minutes=1)
    assert (found.opened, found.booked) == (opened, 4 * 30)
    assert booked
    page = await shown(await signed_in("Alice"))
    assert figure(page, "Remplissage des plages") == "2 %"


@pytest.mark.usefixtures("booked")
async def test_an_agent_sees_the_figures_of_agendas_within_reach_alone(
    signed_in: SignedIn,
) -> None:
    for name, number in (("Bea", "1"), ("Bob", "0"), ("Sam", "1"), ("Alice", "1")):
        page = await shown(await signed_in(name))
        assert figure(page, "À renseigner") == number, name
        assert ('<th scope="row">Bea Martin</th>' in page) is (number == "1"), name


@pytest.mark.usefixtures("booked")
async def test_strangers_and_other_tenants_learn_nothing(client: Clients, office: Office) -> None:
    stranger = client(office.tenant)
    assert (await stranger.get(PAGE)).headers["location"].startswith("/agents/connexion")
    other = await new_tenant()
    with acting_for(other):
        await furnish_office(other)
        page = await shown(await sign_in(client(other), "Alice"))
    assert figure(page, "À renseigner") == "0"


@pytest.mark.usefixtures("booked")
async def test_every_chart_is_named_and_has_its_table_beside(signed_in: SignedIn) -> None:
    page = await shown(await signed_in("Alice"))
    for title in ("Par motif", "Par service", "Par lieu", "Par agent"):
        assert f">{title}</h2>" in page
        assert f">{title}</title>" in page
        assert f">{title}</caption>" in page
    assert page.count('role="img"') == page.count("<caption")
    assert "style=" not in page


@pytest.mark.usefixtures("booked")
async def test_each_table_leaves_as_a_file(signed_in: SignedIn) -> None:
    alice = await signed_in("Alice")
    fields = {"format": "csv", "table": "motifs"}
    answer = await alice.submit(f"{PAGE}/export?table=motifs", fields)
    assert answer.status_code == 200, answer.text
    text = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
    (row,) = csv.DictReader(text, delimiter=";")
    assert (row["Motif"], row["Total"], row["Vu"]) == ("Carte d’identité", "5", "1")
    assert (
        await alice.submit(f"{PAGE}/export", {"format": "csv", "table": "x"})
    ).status_code == 404


@pytest.mark.usefixtures("booked")
async def test_periods_that_make_no_sense_are_said_or_cut(signed_in: SignedIn) -> None:
    alice = await signed_in("Alice")
    assert "Écrivez la date comme 2026-11-29." in await shown(alice, du="hier")
    assert "échangez-les" in await shown(alice, du="2026-12-01", au="2026-11-01")
    assert "1 janvier 2000" not in await shown(alice, du="2000-01-01")
    assert "Le filtre « Service »" in await shown(alice, service="x")
    assert figure(await shown(alice, du="2020-01-01", au="2020-02-01"), "Vu") == "0"


@pytest.mark.usefixtures("booked")
async def test_the_first_of_a_month_is_written_as_people_say_it(signed_in: SignedIn) -> None:
    alice = await signed_in("Alice")
    asked = {"du": "2026-09-01", "au": "2026-10-11"}
    assert "Du 1er septembre 2026 au 11 octobre 2026" in await shown(alice, **asked)
    assert "From 1 September 2026 to 11 October 2026" in await shown(alice, lang="en", **asked)


async def test_the_next_free_time_of_each_motive_is_told_in_days(signed_in: SignedIn) -> None:
    page = (await (await signed_in("Bea")).get(f"{PAGE}/prochains-creneaux")).text
    assert '<th scope="row">Carte d’identité</th><td class="number">' in page
    answer = await (await signed_in("Bea")).submit(
        f"{PAGE}/prochains-creneaux/export", {"format": "csv", "table": "delais"}
    )
    assert answer.status_code == 200


async def test_where_nothing_can_be_booked_the_page_says_what_is_missing(
    signed_in: SignedIn, office: Office
) -> None:
    visitors = {name: await signed_in(name) for name in ("Alice", "Bea")}

    async def shown_to(name: str) -> str:
        text = (await visitors[name].get(f"{PAGE}/prochains-creneaux")).text
        assert "sur cette période" not in text
        return text

    await end_all_openings()
    for name in ("Alice", "Bea"):
        page = await shown_to(name)
        assert "Aucune plage d’ouverture à venir ne porte un de ces motifs." in page
        assert 'href="/plages/nouvelle"' in page
    await planning.save(ArchiveMotive(office.motive), SYSTEM)
    page = await shown_to("Alice")
    assert "Aucun motif n’est encore ouvert à tous" in page
    assert 'href="/administration/motifs/nouveau"' in page
    assert 'href="/administration/motifs/nouveau"' not in await shown_to("Bea")


async def end_all_openings() -> None:
    async with tenant_transaction() as tx:
        ids = await tx.rows("SELECT id FROM opening WHERE tenant_id = $1", tx.tenant_id)
    for row in ids:
        await planning.save(Delete(SeriesRef("opening", row["id"])), SYSTEM)


async def test_an_empty_space_has_its_sentences(signed_in: SignedIn) -> None:
    page = await shown(await signed_in("Alice"))
    assert "Rien à compter sur cette période." in page
    assert figure(page, "Vu") == "0"


async def test_what_is_deleted_or_only_held_is_in_no_list_and_no_count(
    office: Office, booked: list[Booking], signed_in: SignedIn
) -> None:
    alice = await signed_in("Alice")
    assert figure(await shown(alice), "À renseigner") == "1"
    await appointments.delete(booked[0].id, Actor("agent", office.alice), notify=False)
    hold = HoldRequest(
        motive_id=office.motive,
        starts_at=at(today() + timedelta(days=2), 9),
        place_id=office.place,
        resource_id=office.bea,
        owner=b"zoe",
        source="agent",
    )
    await appointments.hold(hold, SYSTEM)
    page = await shown(alice)
    assert (figure(page, "À renseigner"), figure(page, "À venir")) == ("0", "1")
    assert sum(one.total for one in (await service.statistics(question())).motives) == 4
    for asked in ({}, {"agent": str(office.bea)}, {"origine": "agent"}):
        listed = (await alice.get("/rendez-vous", params=asked)).text
        assert "4 rendez-vous" in listed
        assert f"/agents/rendez-vous/{booked[0].id}" not in listed


async def test_who_administers_one_organisation_of_two_reads_whose_figures_they_see(
    office: Office, booked: list[Booking], signed_in: SignedIn
) -> None:
    alice = await signed_in("Alice")
    assert "Ces chiffres sont ceux" not in await shown(alice)
    annex = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    place = await places.create_place(PlaceDraft(organisation_id=annex, name="Annexe"), SYSTEM)
    moved = MoveRequest(starts_at=at(today() + timedelta(days=2), 15), place_id=place)
    await planning.create_opening(annexed(office, place), SYSTEM)
    await appointments.move(booked[4].id, moved, SYSTEM)
    page = await shown(alice)
    assert "Ces chiffres sont ceux des lieux de : Mairie principale." in page
    assert (figure(page, "À venir"), figure(page, "Vu")) == ("0", "1")
    for status in ("upcoming", "seen"):
        href = re.search(rf'href="(/rendez-vous\?[^"]*statut={status})"', page)
        assert href is not None
        listed = (await alice.get(href[1].replace("&amp;", "&"))).text
        assert ("1 rendez-vous" in listed) is (status == "seen")
    everything = (await alice.get("/rendez-vous")).text
    assert "des lieux et des agents de : Mairie principale." in everything
    assert "5 rendez-vous" in everything
    own = await shown(await signed_in("Bea"))
    assert "Ces chiffres sont ceux des agendas que vous suivez." in own
    # Who noted persons is not asked: no figure is better than a wrong one.
    assert "Fiches créées" in page
    assert "Fiches" not in own


@pytest.mark.usefixtures("booked")
async def test_motives_of_one_name_are_told_apart_by_their_organisation(
    office: Office, signed_in: SignedIn
) -> None:
    alice = await signed_in("Alice")
    assert ">Carte d’identité</th>" in await shown(alice)
    annex = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    await new_motive(annex, (await motives.motive(office.motive)).service_id)
    assert ">Carte d’identité (Mairie principale)</th>" in await shown(alice)
    listed = (await alice.get("/rendez-vous")).text
    for name in ("Annexe", "Mairie principale"):
        assert f">Carte d’identité ({name})</option>" in listed
    delays = (await alice.get(f"{PAGE}/prochains-creneaux")).text
    assert ">Carte d’identité (Annexe)</th>" in delays


async def test_the_list_is_narrowed_to_one_organisation_of_several(
    office: Office, booked: list[Booking], signed_in: SignedIn
) -> None:
    assert booked
    alice = await signed_in("Alice")
    annex = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    listed = (
        await alice.get("/rendez-vous", params={"organisation": str(office.organisation)})
    ).text
    assert "5 rendez-vous" in listed
    empty = (await alice.get("/rendez-vous", params={"organisation": str(annex)})).text
    assert "Rien ne correspond à ces filtres." in empty

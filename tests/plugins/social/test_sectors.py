"""Sectors: an address decides whose time is offered (S-12)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import SlotNotOffered, SlotTaken
from creneau.appointments.schemas import ConfirmRequest, HoldRequest, MoveRequest
from creneau.availability import service as availability
from creneau.availability.schemas import Asking, SlotQuery
from creneau.context import SYSTEM, VISITOR, Actor, Tenant
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people.schemas import Identity
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.refusals import InvalidInput
from creneau_infra import clock
from creneau_social.sectors import rules, service
from creneau_social.sectors.errors import AddressFirst, OtherSector, OutOfSectors
from creneau_social.sectors.limits import STREET, TOWN, TOWN_NAME
from creneau_social.sectors.routes import LIST
from creneau_social.sectors.schemas import Zone, ZoneDraft
from msgspec.structs import replace

from tests.platform.cast import PASSWORD, Town, new_agent, new_motive
from tests.platform.planning import nine, open_for, soon
from tests.plugins.social.conftest import SignedIn
from tests.web.public.citizen import slots_in, words
from tests.web.stage import Clients

REIMS, MOULINS = ("51454", "Reims"), ("03190", "Moulins")


@pytest.fixture
async def shared(house: Town) -> Town:
    """Open a sectorised motive of Bob at nine and of Bea at fourteen."""
    motive = await new_motive(
        house.organisation, house.registry, name="Accueil", extra={"social.sectorised": "yes"}
    )
    town = replace(house, motive=motive)
    await open_for(town, town.bob, soon())
    later = nine().replace(hour=14)
    times = {"start_time": later.time(), "end_time": later.replace(hour=16).time()}
    await open_for(town, town.bea, soon(), **times)
    return town


async def sector(
    house: Town, name: str, *zones: ZoneDraft, agent: UUID | None = None, site: UUID | None = None
) -> UUID:
    actor = Actor("agent", house.alice)
    made = await service.add_sector(name, actor)
    for zone in zones:
        await service.add_zone(made, zone, actor)
    if agent or site:
        await service.give(made, organisation_id=site, agent_id=agent, actor=actor)
    return made


def zone(town: tuple[str, str], street: str = "", **changes: Any) -> ZoneDraft:
    return ZoneDraft(town_code=town[0], town_name=town[1], street=street, **changes)


def living(town: tuple[str, str], street: str = "") -> Asking:
    return Asking(answers={TOWN: town[0], TOWN_NAME: town[1], STREET: street})


async def free(town: Town, asking: Asking) -> set[UUID]:
    now = clock.now()
    query = SlotQuery(
        motive_id=town.motive,
        starts_from=now,
        starts_before=now + timedelta(days=9),
        asking=asking,
    )
    return {one for slot in await availability.find_slots(query) for one in slot.resource_ids}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bd. de l’Église", "boulevard de l'eglise"),
        ("r. St-Étienne", "Rue Saint Etienne"),
        ("AV DU GAL LECLERC", "avenue du Général Leclerc"),
    ],
)
def test_a_street_is_compared_however_it_is_written(one: str, other: str) -> None:
    assert rules.plain_street(one) == rules.plain_street(other)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("12 bis, rue des Écoles", (12, "rue ecoles")),
        ("rue du 8 mai 1945", (None, "rue 8 mai 1945")),
        ("7B rue du Four", (7, "rue four")),
    ],
)
def test_a_number_is_told_from_the_street(typed: str, found: tuple[int | None, str]) -> None:
    assert rules.number_and_street(typed) == found


@pytest.mark.parametrize(
    ("street", "sectors"),
    [
        ("", "town"),
        ("3 rue du Four", "town"),
        ("8 rue des Écoles", "even"),
        ("9 rue des Ecoles", "odd"),
        ("21 rue des Écoles", "town"),
        ("rue des Écoles", "town"),
        ("40, place du Marché", "whole"),
    ],
)
def test_a_street_counts_more_than_its_town(street: str, sectors: str) -> None:
    ids = {name: uuid4() for name in ("town", "even", "odd", "whole")}
    about = {"town_code": "03190", "town_name": "Moulins"}

    def known(name: str, plain: str = "", **changes: Any) -> Zone:
        values: dict[str, Any] = {
            "first_number": None,
            "last_number": None,
            "side": "both",
            **changes,
        }
        return Zone(
            id=uuid4(), sector_id=ids[name], street=plain, street_plain=plain, **about, **values
        )

    zones = [
        known("town"),
        known("even", "rue ecoles", side="even"),
        known("odd", "rue ecoles", side="odd", first_number=1, last_number=19),
        known("whole", "place marche"),
    ]
    assert rules.sectors_of(zones, street) == [ids[sectors]]


async def test_an_agent_s_sector_offers_the_agent_s_time(shared: Town) -> None:
    await sector(shared, "Nord", zone(REIMS), agent=shared.bob)
    await sector(shared, "Sud", zone(MOULINS), agent=shared.bea)
    assert await free(shared, living(REIMS)) == {shared.bob}
    assert await free(shared, living(MOULINS)) == {shared.bea}
    wish = HoldRequest(
        motive_id=shared.motive,
        starts_at=nine(),
        place_id=shared.place,
        owner=b"x",
        asking=living(MOULINS),
    )
    for resource in (None, shared.bob):
        with pytest.raises((SlotTaken, SlotNotOffered)):
            await appointments.hold(replace(wish, resource_id=resource), VISITOR)
    who = ConfirmRequest(identity=Identity(first_name="Zoé", last_name="Petit"))
    booked = await appointments.book(replace(wish, asking=living(REIMS)), who, VISITOR)
    late = MoveRequest(starts_at=nine().replace(hour=14))
    with pytest.raises((SlotTaken, SlotNotOffered)):
        await appointments.move(booked.id, late, VISITOR)
    half_past = MoveRequest(starts_at=nine(3, 30))
    assert (await appointments.move(booked.id, half_past, VISITOR)).resource_ids == (shared.bob,)


async def test_an_organisation_s_sector_offers_everybody_s_time(shared: Town) -> None:
    await sector(shared, "Nord", zone(REIMS), site=shared.organisation)
    assert await free(shared, living(REIMS)) == {shared.bob, shared.bea}


async def test_without_an_address_or_a_sector_there_is_nothing(shared: Town) -> None:
    await sector(shared, "Nord", zone(REIMS), agent=shared.bob)
    with pytest.raises(AddressFirst):
        await free(shared, Asking())
    with pytest.raises(OutOfSectors):
        await free(shared, living(MOULINS))
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    await sector(shared, "Sud", zone(MOULINS), site=other)
    with pytest.raises(OtherSector):
        await free(shared, living(MOULINS))


async def test_what_cannot_be_a_zone_is_refused(shared: Town) -> None:
    north = await sector(shared, "Nord", zone(REIMS))
    actor = Actor("agent", shared.alice)
    for wrong in (
        zone(REIMS),
        zone(REIMS, side="even"),
        zone(REIMS, "rue du Four", first_number=9, last_number=3),
    ):
        with pytest.raises(InvalidInput):
            await service.add_zone(north, wrong, actor)
    with pytest.raises(InvalidInput):
        await service.add_sector("Nord", actor)


async def test_strangers_sign_in_and_agents_may_not(
    client: Clients, departement: Tenant, house: Town, as_agent: SignedIn
) -> None:
    assert (await client(departement).get(LIST)).status_code == 303
    account = await new_agent(
        "Bruno", house.organisation, house.registry, "agent", password=PASSWORD
    )
    bruno = await as_agent(account)
    assert (await bruno.get(LIST)).status_code == 403
    assert (await bruno.submit(LIST, {"name": "x"})).status_code == 403


@pytest.mark.feature("S-12")
async def test_an_administrator_draws_sectors(house: Town, as_agent: SignedIn) -> None:
    dina = await as_agent(house.alice)
    empty = await dina.submit(LIST, {"name": " "})
    assert "Donnez un nom au secteur." in words(empty)
    one = (await dina.submit(LIST, {"name": "Centre <b>"})).headers["location"]
    page = await dina.get(one)
    assert "Personne ne s’occupe encore de ce secteur" in words(page)
    assert "Centre <b>" not in page.text
    unknown = await dina.submit(one, {"town": "Xyzzy", "street": "rue du Four"})
    assert "Cette commune n’est pas connue." in words(unknown)
    assert 'value="rue du Four"' in unknown.text
    several = await dina.submit(one, {"town": "Saint-Denis"})
    assert "choisissez laquelle" in words(several)
    street = {"town": "Reims", "street": "rue du Four", "first_number": "1", "last_number": "x"}
    assert "Écrivez un numéro de rue" in words(await dina.submit(one, street))
    added = await dina.submit(one, {**street, "last_number": "19", "side": "odd"})
    assert added.status_code == 303, words(added)
    page = words(await dina.get(one))
    assert "rue du Four" in page
    assert "de 1 à 19" in page
    assert "impairs" in page
    forged = await dina.submit(f"{one}/responsables", {"who": f"agent:{uuid4()}"})
    assert forged.status_code == 422
    await dina.submit(f"{one}/responsables", {"who": f"organisation:{house.organisation}"})
    found = await service.whole(UUID(one.rpartition("/")[2]))
    assert [duty.name for duty in found.duties] == ["Mairie principale"]
    await dina.submit(f"{LIST}/responsables/{found.duties[0].id}/retrait")
    await dina.submit(f"{LIST}/zones/{found.zones[0].id}/retrait")
    found = await service.whole(found.sector.id)
    assert (list(found.zones), list(found.duties)) == ([], [])
    await dina.submit(f"{one}/suppression")
    assert await service.sectors() == []


@pytest.mark.feature("S-12")
async def test_a_person_says_where_they_live_and_sees_their_team_s_times(
    client: Clients, departement: Tenant, shared: Town
) -> None:
    await sector(shared, "Nord", zone(REIMS), agent=shared.bob)
    await sector(shared, "Rue", zone(REIMS, "rue du Four"), agent=shared.bea)
    jeanne, way = client(departement), f"/rdv/{shared.motive}"
    asked = f"/social/secteur/{shared.motive}"
    assert (await jeanne.get(way)).headers["location"] == asked
    assert (await jeanne.get(f"{way}/{shared.place}")).headers["location"] == asked
    assert "Où habitez-vous ?" in words(await jeanne.get(asked))
    assert "Indiquez votre commune" in words(await jeanne.submit(asked, {"town": ""}))
    assert "n’est pas connue" in words(await jeanne.submit(asked, {"town": "Xyzzy"}))
    needed = await jeanne.submit(asked, {"town": "Reims"})
    assert "indiquez le numéro et la rue" in words(needed)
    answer = await jeanne.submit(asked, {"town": "Reims", "street": "3 rue du Four"})
    assert answer.headers["location"] == way
    page = await jeanne.get(f"{way}/{shared.place}")
    assert "Horaires pour l’adresse : 3 rue du Four, Reims" in words(page)
    assert len(slots_in(page)) == 4
    await jeanne.submit(asked, {"town": "51100", "code": "51454", "street": "place Royale"})
    page = await jeanne.get(f"{way}/{shared.place}")
    assert len(slots_in(page)) == 6
    assert (await jeanne.get(f"/social/secteur/{uuid4()}")).status_code == 404


@pytest.mark.feature("S-12")
async def test_the_path_leads_to_the_organisation_of_the_address(
    client: Clients, departement: Tenant, shared: Town
) -> None:
    other = await organisations.create_organisation(
        OrganisationDraft(name="Territoire Sud", phone="01 99 00 40 20"), SYSTEM
    )
    place = await places.create_place(PlaceDraft(organisation_id=other, name="Sud"), SYSTEM)
    south = await new_motive(
        other, shared.registry, name="Accueil", extra={"social.sectorised": "yes"}
    )
    carl = await new_agent("Carl", other, shared.registry, "agent")
    town = replace(shared, organisation=other, place=place, motive=south)
    await open_for(town, carl, soon())
    await sector(shared, "Nord", zone(REIMS), site=shared.organisation)
    await sector(shared, "Sud", zone(MOULINS), site=other)
    jeanne = client(departement)
    asked = f"/social/secteur/{shared.motive}"
    answer = await jeanne.submit(asked, {"town": "Moulins 03000"})
    assert answer.headers["location"] == f"/rdv/{south}"
    page = words(await jeanne.get(f"/rdv/{shared.motive}"))
    assert "Cette adresse est suivie par une autre équipe : Moulins" in page
    assert "Essayer une autre adresse" in page
    answer = await jeanne.submit(asked, {"town": "Nevers"})
    page = words(await jeanne.get(answer.headers["location"]))
    assert "Aucune équipe ne prend de rendez-vous en ligne pour cette adresse" in page
    assert "01 23 45 67 89" in page

"""What can be booked, where and when: pages that keep nothing and can be shared."""

from datetime import time, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SessionDraft
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft

from tests.platform.cast import Town, furnish, new_motive
from tests.platform.planning import at, open_for, soon
from tests.web.public.citizen import path_to, slots_in, words
from tests.web.stage import Clients, Visitor, new_tenant

HOURS = "Du lundi au vendredi : 8 h 30 – 17 h"


async def second_place(town: Town) -> UUID:
    place = PlaceDraft(
        organisation_id=town.organisation, name="Centre ville", address="1 rue Haute"
    )
    return await places.create_place(place, SYSTEM)


async def test_home_names_the_tenant_and_what_is_open_online(
    jeanne: Visitor, tenant: Tenant, town: Town
) -> None:
    await new_motive(town.organisation, town.registry, name="Motif sans horaire")
    home = await jeanne.get("/")
    assert tenant.name in words(home)
    assert f'href="/rdv/{town.motive}"' in home.text
    assert "Mairie principale" in words(home)
    assert "Motif sans horaire" not in words(home)
    assert "/branding.css" in home.text


async def test_home_gives_phone_and_hours_when_nothing_is_open(
    jeanne: Visitor, tenant: Tenant
) -> None:
    del tenant
    draft = OrganisationDraft(name="Mairie", phone="01 23 45 67 89", opening_hours=HOURS)
    await organisations.create_organisation(draft, SYSTEM)
    home = words(await jeanne.get("/"))
    assert "Aucun rendez-vous ne se prend en ligne en ce moment" in home
    assert "01 23 45 67 89" in home
    assert HOURS in home


async def test_home_promises_no_phone_where_none_is_known(jeanne: Visitor, tenant: Tenant) -> None:
    del tenant
    await organisations.create_organisation(OrganisationDraft(name="Mairie"), SYSTEM)
    home = await jeanne.get("/")
    assert "en ce moment. Revenez dans quelques jours." in words(home)
    assert "par téléphone" not in words(home)
    assert "contact-card" not in home.text


async def test_a_single_place_is_not_asked_for(jeanne: Visitor, town: Town) -> None:
    answer = await jeanne.get(f"/rdv/{town.motive}")
    assert answer.headers["location"] == path_to(town)


async def test_each_of_several_places_says_when_its_next_free_time_is(
    jeanne: Visitor, town: Town
) -> None:
    other = await second_place(town)
    await open_for(town, town.bea, soon(4), place_id=other, start_time=time(14), end_time=time(15))
    answer = await jeanne.get(f"/rdv/{town.motive}")
    assert f'href="{path_to(town)}"' in answer.text
    assert f'href="/rdv/{town.motive}/{other}"' in answer.text
    assert words(answer).count("Prochain rendez-vous : ") == 2
    assert "à 14 h" in words(answer)


async def test_a_motive_without_any_time_gives_phone_and_hours(jeanne: Visitor, town: Town) -> None:
    empty = await new_motive(town.organisation, town.registry, name="Sans horaire")
    answer = words(await jeanne.get(f"/rdv/{empty}"))
    assert "Aucun rendez-vous n’est proposé en ligne" in answer
    assert "01 23 45 67 89" in answer


async def test_the_first_free_time_stands_in_words_above_its_week(
    jeanne: Visitor, town: Town
) -> None:
    answer = await jeanne.get(path_to(town))
    assert len(slots_in(answer)) == 6
    assert "Prochain rendez-vous" in words(answer)
    assert 'rel="prev"' not in answer.text
    assert 'rel="next"' in answer.text


async def test_an_empty_week_says_when_the_next_free_time_is(jeanne: Visitor, town: Town) -> None:
    await open_for(town, town.alice, soon() + timedelta(weeks=5))
    year, week, _day = (soon() + timedelta(weeks=2)).isocalendar()
    answer = await jeanne.get(f"{path_to(town)}?semaine={year}-W{week:02d}")
    assert "Aucun horaire n’est libre cette semaine-là. Le prochain est le" in words(answer)
    year, week, _day = (soon() + timedelta(weeks=5)).isocalendar()
    assert f"semaine={year}-W{week:02d}" in answer.text


@pytest.mark.parametrize("week", ["", "2020-W01", "9999-W52", "2026-W99", "n’importe quoi", "-W1"])
async def test_any_week_that_is_asked_for_leads_to_a_page(
    jeanne: Visitor, town: Town, week: str
) -> None:
    answer = await jeanne.get(path_to(town), params={"semaine": week})
    assert answer.status_code == 200


async def test_times_are_those_of_the_place(client: Clients, tenant: Tenant) -> None:
    organisation = await organisations.create_organisation(
        OrganisationDraft(name="Mairie annexe", time_zone="Indian/Reunion"), SYSTEM
    )
    town = await furnish()
    place = await places.create_place(
        PlaceDraft(organisation_id=organisation, name="Saint-Denis"), SYSTEM
    )
    motive = await new_motive(organisation, town.citizenship)
    await open_for(town, town.alice, soon(), place_id=place, motive_ids=[motive])
    answer = await client(tenant).get(f"/rdv/{motive}/{place}")
    assert f"{soon():%Y-%m-%d}T09:00:00+04:00" in answer.text
    assert "Les horaires sont ceux du lieu" in words(answer)


async def test_a_group_session_says_how_many_seats_are_left(jeanne: Visitor, town: Town) -> None:
    workshop = await new_motive(town.organisation, town.citizenship, name="Atelier", capacity=8)
    session = await appointments.create_session(
        SessionDraft(
            motive_id=workshop,
            place_id=town.place,
            resource_ids=(town.alice,),
            starts_at=at(soon(), 14),
            ends_at=at(soon(), 16),
            title="Premier atelier",
            capacity=8,
        ),
        SYSTEM,
    )
    path = path_to(town, workshop)
    answer = await jeanne.get(path)
    assert "8 places" in words(answer)
    assert str(session) in slots_in(answer)[0]
    held = await jeanne.submit(f"{path}/reservation", {"slot": slots_in(answer)[0]})
    assert held.status_code == 303
    assert "7 places" in words(await jeanne.get(path))


async def test_organisations_services_places_and_motives_have_addresses_to_share(
    jeanne: Visitor, town: Town
) -> None:
    for path, motive_href in (
        (f"/organisations/{town.organisation}", f"/rdv/{town.motive}"),
        (f"/services/{town.citizenship}", f"/rdv/{town.motive}"),
        (f"/lieux/{town.place}", path_to(town)),
    ):
        answer = await jeanne.get(path)
        assert answer.status_code == 200
        assert f'href="{motive_href}"' in answer.text


async def paths_of(town: Town) -> list[str]:
    return [
        f"/organisations/{town.organisation}",
        f"/services/{town.citizenship}",
        f"/lieux/{town.place}",
        f"/rdv/{town.motive}",
        path_to(town),
    ]


async def test_what_another_tenant_owns_is_not_found(client: Clients, town: Town) -> None:
    elsewhere = await new_tenant()
    with acting_for(elsewhere):
        await furnish()
    stranger = client(elsewhere)
    unknown = await stranger.get(f"/rdv/{uuid4()}")
    for path in await paths_of(town):
        answer = await stranger.get(path)
        assert answer.status_code == 404
        assert _body(answer) == _body(unknown)


def _body(answer: httpx.Response) -> str:
    return words(answer)


async def test_a_motive_for_agents_is_not_found_by_the_public(jeanne: Visitor, town: Town) -> None:
    inside = await new_motive(
        town.organisation, town.citizenship, name="Interne", audience="agents"
    )
    for path in (f"/rdv/{inside}", path_to(town, inside)):
        assert (await jeanne.get(path)).status_code == 404


async def test_pages_speak_english(jeanne: Visitor, town: Town) -> None:
    answer = await jeanne.get(path_to(town), params={"lang": "en"})
    assert "When would you like to come?" in words(answer)
    assert "9:00 am" in words(answer)


@pytest.mark.parametrize("path", ["/aide", "/accessibilite", "/mentions-legales"])
async def test_help_and_statements_are_there_without_any_organisation(
    jeanne: Visitor, tenant: Tenant, path: str
) -> None:
    del tenant
    assert (await jeanne.get(path)).status_code == 200

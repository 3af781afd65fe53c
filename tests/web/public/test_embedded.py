"""The booking inside another site's page: what a browser is told, and that it needs no cookie (C-47)."""

import re

import pytest
from creneau.context import SYSTEM, Tenant
from creneau.embedding import service as embedding
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.sharing.rules import short_name

from tests.platform.cast import Town, new_motive
from tests.platform.planning import open_for, soon
from tests.web.public.citizen import path_to, words
from tests.web.stage import Visitor

SITE = "https://www.ville.fr"


def ancestors(headers: object) -> str:
    policy = headers["content-security-policy"]  # type: ignore[index] - headers of an answer
    found = re.search(r"frame-ancestors ([^;]+)", policy)
    assert found is not None
    return found[1]


async def test_only_the_frame_s_own_pages_may_be_framed_and_only_by_allowed_sites(
    jeanne: Visitor, town: Town
) -> None:
    assert ancestors((await jeanne.get("/integration")).headers) == "'self'"
    await embedding.allow(SITE, SYSTEM)
    for path in ("/integration", f"/integration{path_to(town)}"):
        answer = await jeanne.get(path)
        assert answer.status_code == 200
        assert ancestors(answer.headers) == f"'self' {SITE}"
        assert "x-frame-options" not in answer.headers
        assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    for path in ("/", path_to(town), f"/rdv/{town.motive}", "/mes-rendez-vous/connexion"):
        assert ancestors((await jeanne.get(path)).headers) == "'none'"
    await embedding.withdraw(SITE, SYSTEM)
    assert ancestors((await jeanne.get("/integration")).headers) == "'self'"


async def test_nothing_in_the_frame_needs_or_sets_a_cookie(jeanne: Visitor, town: Town) -> None:
    page = await jeanne.get("/integration")
    assert f'href="/integration/rdv/{town.motive}"' in page.text
    slots = await jeanne.get(f"/integration/rdv/{town.motive}", follow_redirects=True)
    assert str(slots.url).endswith(f"/integration{path_to(town)}")
    for answer in (page, slots):
        assert "set-cookie" not in answer.headers
        assert "<form" not in answer.text
        assert "csrf" not in answer.text


async def test_a_chosen_time_goes_on_in_the_whole_window_and_is_confirmed_there(
    jeanne: Visitor, town: Town
) -> None:
    slots = await jeanne.get(f"/integration{path_to(town)}")
    links = re.findall(r'<a class="slot" target="_top" href="([^"]+)"', slots.text)
    assert links
    whole = await jeanne.get(links[1].replace("&amp;", "&"))
    assert "Vous avez choisi" in words(whole)
    chosen = re.search(r'name="slot" value="([^"]+)">Continuer', whole.text)
    assert chosen is not None
    answer = await jeanne.submit(f"{path_to(town)}/reservation", {"slot": chosen[1]})
    assert answer.status_code == 303


async def test_a_time_that_went_meanwhile_is_said_and_others_are_shown(
    jeanne: Visitor, town: Town
) -> None:
    page = await jeanne.get(f"{path_to(town)}?choix=2001-01-01T08:00:00Z")
    assert page.status_code == 200
    assert "Cet horaire n’est plus libre." in words(page)
    assert 'name="slot"' in page.text


async def test_the_frame_shows_what_its_link_shared(jeanne: Visitor, town: Town) -> None:
    for shown in (
        "/",
        f"/organisations/{town.organisation}",
        f"/services/{town.citizenship}",
        f"/lieux/{town.place}",
        f"/r/{short_name(town.organisation)}",
    ):
        page = await jeanne.get("/integration", params={"shown": shown})
        assert "Carte d’identité" in words(page), shown
    assert "Carte d’identité" not in words(
        await jeanne.get("/integration", params={"shown": f"/services/{town.registry}"})
    )
    motive = await jeanne.get("/integration", params={"shown": f"/rdv/{town.motive}"})
    assert motive.headers["location"] == f"/integration/rdv/{town.motive}"
    with_alice = await jeanne.get("/integration", params={"shown": f"/avec/{town.alice}"})
    assert f'href="/integration/rdv/{town.motive}?avec={town.alice}"' in with_alice.text
    slots = await jeanne.get(f"/integration{path_to(town)}?avec={town.alice}")
    assert f"avec={town.alice}&amp;semaine=" in slots.text or f"?avec={town.alice}&" in slots.text


async def test_motives_that_are_called_the_same_stand_under_their_organisation(
    jeanne: Visitor, town: Town
) -> None:
    assert "Mairie principale" not in words(await jeanne.get("/integration"))
    annexe = await organisations.create_organisation(
        OrganisationDraft(name="Mairie annexe"), SYSTEM
    )
    place = await places.create_place(PlaceDraft(organisation_id=annexe, name="Annexe"), SYSTEM)
    motive = await new_motive(annexe, town.citizenship)
    await open_for(town, town.bea, soon(), place_id=place, motive_ids=[motive])
    said = words(await jeanne.get("/integration"))
    assert "Mairie annexe Carte d’identité" in said
    assert "Mairie principale Carte d’identité" in said
    alone = await jeanne.get(
        "/integration", params={"shown": f"/organisations/{town.organisation}"}
    )
    assert "Mairie annexe" not in words(alone)


@pytest.mark.parametrize(
    "shown", ["/avec/00000000-0000-0000-0000-000000000007", "/r/0000-0000", "/lieux/" + "-" * 36]
)
async def test_a_link_to_nothing_is_not_found(jeanne: Visitor, town: Town, shown: str) -> None:
    del town
    assert (await jeanne.get("/integration", params={"shown": shown})).status_code == 404


async def test_the_script_may_be_loaded_by_any_site(jeanne: Visitor, tenant: Tenant) -> None:
    del tenant
    answer = await jeanne.get("/integration.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in answer.headers

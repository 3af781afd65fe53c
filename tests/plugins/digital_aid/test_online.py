"""The tab "Réservation en ligne": what is open, and which condition is missing (D-01, D-02, D-03)."""

from typing import Any
from uuid import UUID

import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.planning import service as planning
from creneau.planning.schemas import EditMotive

from tests.platform.cast import PASSWORD, new_agent, new_motive
from tests.platform.planning import soon
from tests.plugins.digital_aid.conftest import Inside
from tests.plugins.digital_aid.network import Network, new_network, open_up
from tests.web.public.citizen import words
from tests.web.second_factor import sign_in_whole
from tests.web.stage import Clients, Visitor, new_tenant

TAB = "/administration/digital-aid/reservation-en-ligne"
NOT_MARKED = "Il n’est pas réservable en ligne"
NOT_CARRIED = "Aucune plage d’ouverture à venir ne le porte."


async def edit(motive: UUID, **changes: Any) -> None:
    found = await motives.motive(motive)
    values: dict[str, Any] = {name: getattr(found, name) for name in MotiveDraft.__struct_fields__}
    draft = MotiveDraft(**{**values, **changes})
    await planning.save(EditMotive(found.id, draft, found.version), SYSTEM)


@pytest.mark.feature("D-02")
async def test_a_motive_is_bookable_when_it_is_marked_and_carried_and_the_page_says_what_is_missing(
    inside: Inside, visitor: Visitor, network: Network
) -> None:
    alice = await inside("Alice")
    page = words(await alice.get(TAB))
    assert NOT_CARRIED in page
    assert NOT_MARKED not in page
    assert "Ma messagerie" not in words(await visitor.get("/"))
    await edit(network.motive, audience="agents")
    page = words(await alice.get(TAB))
    assert NOT_CARRIED in page
    assert NOT_MARKED in page
    await open_up(network)
    page = words(await alice.get(TAB))
    assert NOT_CARRIED not in page
    assert NOT_MARKED in page
    assert "Ma messagerie" not in words(await visitor.get("/"))
    await edit(network.motive, audience="everyone")
    page = words(await alice.get(TAB))
    assert NOT_CARRIED not in page
    assert NOT_MARKED not in page
    assert "1 motif réservable en ligne, sur 1." in page
    assert "Ma messagerie" in words(await visitor.get("/"))


async def test_a_motive_for_partners_software_is_told_apart_from_one_for_prescribers(
    inside: Inside, network: Network
) -> None:
    await edit(network.motive, audience="prescribers")
    alice = await inside("Alice")
    page = words(await alice.get(TAB))
    assert "Il n’est ouvert qu’aux logiciels de vos partenaires." in page
    assert "dit autre chose" not in page


async def test_an_opening_that_is_over_carries_nothing(inside: Inside, network: Network) -> None:
    await open_up(network, first_day=soon(-3))
    page = words(await (await inside("Alice")).get(TAB))
    assert NOT_CARRIED in page
    assert "Il manque des disponibilités" in page


async def test_a_workshop_waits_for_a_session(inside: Inside, network: Network) -> None:
    await new_motive(network.organisation, network.service, name="Atelier", capacity=8)
    assert "Aucune séance à venir." in words(await (await inside("Alice")).get(TAB))


async def test_times_beyond_the_longest_notice_are_announced(
    inside: Inside, network: Network
) -> None:
    await edit(network.motive, maximum_notice_minutes=24 * 60)
    await open_up(network, first_day=soon(20))
    page = words(await (await inside("Alice")).get(TAB))
    assert "Ses premiers créneaux apparaîtront le" in page


@pytest.mark.feature("D-03")
async def test_delays_are_said_as_people_say_them_and_bind_the_public(
    inside: Inside, visitor: Visitor, network: Network
) -> None:
    await edit(network.motive, minimum_notice_minutes=60, maximum_notice_minutes=3 * 30 * 24 * 60)
    page = words(await (await inside("Alice")).get(TAB))
    assert "De 3 mois à 1 heure avant" in page
    await open_up(network)
    path = f"/rdv/{network.motive}/{network.place}"
    assert 'name="slot"' in (await visitor.get(path)).text
    await edit(network.motive, minimum_notice_minutes=7 * 24 * 60)
    assert 'name="slot"' not in (await visitor.get(path)).text
    await edit(network.motive, minimum_notice_minutes=0, maximum_notice_minutes=60)
    assert 'name="slot"' not in (await visitor.get(path)).text


@pytest.mark.feature("D-01")
async def test_both_links_and_every_motive_are_there_for_who_may_change_them(
    inside: Inside, network: Network, client: Clients, advisers: Tenant
) -> None:
    page = await (await inside("Alice")).get(TAB)
    assert 'href="/administration/motifs?champ=audience"' in page.text
    assert 'href="/plages/nouvelle"' in page.text
    for link in ("/administration/motifs?champ=audience", "/plages/nouvelle"):
        assert (await (await inside("Alice")).get(link)).status_code in {200, 303}
    assert "Ma messagerie" in page.text
    assert NOT_CARRIED in words(page)
    assert f'href="/administration/motifs/{network.motive}#minimum_notice_minutes"' in page.text
    assert (await (await inside("Julie")).get(TAB)).status_code == 403
    stranger = await client(advisers).get(TAB)
    assert stranger.headers["location"].startswith("/agents/connexion")


async def test_an_administrator_reads_of_their_own_structure_alone(
    network: Network, client: Clients, advisers: Tenant
) -> None:
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    await new_agent("Nadia", other, network.service, "administrator", password=PASSWORD)
    nadia = await sign_in_whole(client(advisers), "nadia@exemple.fr", PASSWORD)
    page = await nadia.get(TAB)
    assert page.status_code == 200
    assert "Ma messagerie" not in page.text


@pytest.mark.feature("D-11")
async def test_a_tenant_without_this_vertical_has_no_such_tab(client: Clients) -> None:
    for plugins in (frozenset({"social"}), frozenset[str]()):
        tenant = await new_tenant(plugins)
        with acting_for(tenant):
            await new_network()
            alice = await sign_in_whole(client(tenant), "alice@exemple.fr", PASSWORD)
        assert "Réservation en ligne" not in (await alice.get("/administration")).text
        assert (await alice.get(TAB)).status_code == 404


async def test_a_tenant_with_it_has_the_tab(inside: Inside) -> None:
    alice = await inside("Alice")
    assert f'href="{TAB}"' in (await alice.get("/administration")).text
    assert f'href="{TAB}"' in (await alice.get("/administration?recherche=en+ligne")).text


async def test_the_page_speaks_english(inside: Inside, network: Network) -> None:
    del network
    page = words(await (await inside("Alice")).get(f"{TAB}?lang=en"))
    assert "No coming opening time carries it." in page
    assert "From 3 months before to the last moment" in page

"""What an adviser sees and does of online booking themselves, and what is an administrator's (D-01, C-04)."""

import pytest
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft

from tests.platform.cast import PASSWORD, new_agent, new_motive
from tests.plugins.digital_aid.conftest import Inside
from tests.plugins.digital_aid.network import Network, new_network, open_up
from tests.plugins.digital_aid.test_online import TAB, edit
from tests.web.public.citizen import words
from tests.web.second_factor import sign_in_whole
from tests.web.stage import Clients, new_tenant

OWN = "/agents/digital-aid/reservation-en-ligne"
NOT_MARKED = "Il n’est pas ouvert à tous."
NOT_CARRIED = "Aucune de vos plages d’ouverture à venir ne le porte."


async def test_an_adviser_reads_both_conditions_for_their_own_time(
    inside: Inside, network: Network
) -> None:
    julie = await inside("Julie")
    page = await julie.get(OWN)
    assert NOT_CARRIED in words(page)
    assert NOT_MARKED not in words(page)
    assert 'href="/plages/nouvelle"' in page.text
    assert 'href="/agents/mon-lien"' in page.text
    assert f'href="{OWN}"' in (await julie.get("/agents")).text
    await open_up(network)
    page = await julie.get(OWN)
    assert NOT_CARRIED not in words(page)
    assert "1 motif réservable avec vous, sur 1." in words(page)
    await edit(network.motive, audience="agents")
    assert NOT_MARKED in words(await julie.get(OWN))


async def test_the_openings_of_a_colleague_open_nothing_for_oneself(
    inside: Inside, network: Network, client: Clients, advisers: Tenant
) -> None:
    await open_up(network)
    await new_agent("Karim", network.organisation, network.service, "agent", password=PASSWORD)
    karim = await sign_in_whole(client(advisers), "karim@exemple.fr", PASSWORD)
    assert NOT_CARRIED in words(await karim.get(OWN))
    assert NOT_CARRIED not in words(await (await inside("Julie")).get(OWN))


async def test_a_workshop_counts_for_whoever_leads_it(inside: Inside, network: Network) -> None:
    await new_motive(network.organisation, network.service, name="Atelier", capacity=8)
    assert "Aucune séance à venir avec vous." in words(await (await inside("Julie")).get(OWN))


async def test_an_adviser_reads_nothing_of_other_services_and_structures(
    inside: Inside, network: Network
) -> None:
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    elsewhere = await organisations.create_service("Fabrique", False, SYSTEM)
    await new_motive(other, network.service, name="Ailleurs")
    await new_motive(network.organisation, elsewhere, name="Imprimante")
    page = words(await (await inside("Julie")).get(OWN))
    assert "Ma messagerie" in page
    assert "Ailleurs" not in page
    assert "Imprimante" not in page


async def test_an_adviser_of_two_structures_reads_whose_a_motive_is(
    network: Network, client: Clients, advisers: Tenant
) -> None:
    annex = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    await new_motive(annex, network.service, name="Ailleurs")
    draft = AgentDraft(
        email="lila@exemple.fr",
        first_name="Lila",
        last_name="Roux",
        password=PASSWORD,
        service_ids=(network.service,),
        memberships=((network.organisation, "agent"), (annex, "agent")),
    )
    await agents.create_agent(draft, SYSTEM)
    lila = await sign_in_whole(client(advisers), "lila@exemple.fr", PASSWORD)
    assert "Annexe</td>" in (await lila.get(OWN)).text


@pytest.mark.parametrize(
    "way",
    [
        TAB,
        "/administration",
        "/administration/motifs",
        "/administration/motifs/{motive}",
        "/administration/organisations/{organisation}",
        "/administration/digital-aid/cartographie",
        "/administration/site-internet",
    ],
)
async def test_settings_stay_an_administrator_s(inside: Inside, network: Network, way: str) -> None:
    julie = await inside("Julie")
    page = await julie.get(OWN)
    assert "/administration" not in page.text
    assert "la personne qui administre votre structure" in words(page)
    ids = {"motive": network.motive, "organisation": network.organisation}
    assert (await julie.get(way.format(**ids))).status_code == 403


async def test_an_adviser_who_administers_finds_the_way_to_the_settings(
    inside: Inside, network: Network
) -> None:
    await edit(network.motive, audience="agents")
    page = (await (await inside("Alice")).get(OWN)).text
    assert f'href="{TAB}"' in page
    assert f'href="/administration/motifs/{network.motive}#audience"' in page


async def test_without_any_motive_each_reads_the_next_step(
    network: Network, client: Clients, advisers: Tenant
) -> None:
    bare = await organisations.create_service("Accueil", False, SYSTEM)
    for first, role in (("Omar", "agent"), ("Lina", "administrator")):
        await new_agent(first, network.organisation, bare, role, password=PASSWORD)
    asks = await (await sign_in_whole(client(advisers), "omar@exemple.fr", PASSWORD)).get(OWN)
    assert "Demandez à Alice" in words(asks)
    assert " ou à Lina" in words(asks)
    assert "Julie" not in words(asks).partition("Demandez à")[2].partition("d’en créer")[0]
    assert "/administration" not in asks.text
    creates = await (await sign_in_whole(client(advisers), "lina@exemple.fr", PASSWORD)).get(OWN)
    assert 'href="/administration/motifs/nouveau">Créer un motif' in creates.text
    assert "Demandez à" not in words(creates)


async def test_whoever_administers_another_structure_is_not_named(
    network: Network, client: Clients, advisers: Tenant
) -> None:
    annex = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    await new_agent("Omar", annex, network.service, "agent", password=PASSWORD)
    page = await (await sign_in_whole(client(advisers), "omar@exemple.fr", PASSWORD)).get(OWN)
    assert "Demandez à la personne qui administre votre structure d’en créer un." in words(page)


async def test_an_adviser_opens_and_closes_their_own_time_and_nobody_else_s(
    inside: Inside, network: Network
) -> None:
    julie = await inside("Julie")
    assert (await julie.get("/plages/nouvelle")).status_code == 200
    other = await organisations.create_service("Fabrique", False, SYSTEM)
    nadia = await new_agent("Nadia", network.organisation, other, "agent", password=PASSWORD)
    assert (await julie.get(f"/plages/nouvelle?agent={nadia}")).status_code == 403


async def test_strangers_sign_in_first_and_elsewhere_there_is_no_such_page(
    client: Clients, advisers: Tenant, network: Network
) -> None:
    del network
    assert (await client(advisers).get(OWN)).headers["location"].startswith("/agents/connexion")
    tenant = await new_tenant(frozenset({"social"}))
    with acting_for(tenant):
        await new_network()
        julie = await sign_in_whole(client(tenant), "julie@exemple.fr", PASSWORD)
        assert (await julie.get(OWN)).status_code == 404
        assert "Réservation en ligne" not in (await julie.get("/agents")).text

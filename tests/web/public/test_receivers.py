"""An agent's own address: the path that begins there stays with them (C-46)."""

from uuid import UUID

import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.appointments import service as appointments
from creneau.context import Actor, Tenant
from creneau.sharing.rules import short_name

from tests.platform.cast import Town, furnish, new_motive
from tests.platform.planning import open_for, soon
from tests.web.public.citizen import id_of, identify, path_to, slots_in, words
from tests.web.stage import Clients, Visitor


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    """Furnish the tenant; Bea and Alice both take people on the same morning."""
    del tenant
    furnished = await furnish()
    for agent in (furnished.alice, furnished.bea):
        await open_for(furnished, agent, soon())
    return furnished


async def test_the_agent_s_page_leads_to_their_times_alone(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    page = await jeanne.get(f"/r/{short_name(town.bea)}", follow_redirects=True)
    assert str(page.url).endswith(f"/avec/{town.bea}")
    assert "Prendre rendez-vous avec Bea Martin" in words(page)
    assert f'href="/rdv/{town.motive}?avec={town.bea}"' in page.text
    slots = await jeanne.get(f"/rdv/{town.motive}?avec={town.bea}", follow_redirects=True)
    assert "Avec : Bea Martin" in words(slots)
    first = slots_in(slots)[0]
    path = f"{path_to(town)}/reservation?avec={town.bea}"
    answer = await jeanne.submit(path, {"slot": first})
    booking = answer.headers["location"].removesuffix("/suite")
    assert await who_receives(booking) == (town.bea,)
    # The next one who asks for Bea is not given to Alice at the same time.
    taken = await paul.submit(path, {"slot": first})
    assert taken.status_code == 409
    left = slots_in(await paul.get(f"{path_to(town)}?avec={town.bea}"))
    assert first not in left
    assert first in slots_in(await paul.get(path_to(town)))


async def who_receives(booking: str) -> tuple[UUID, ...]:
    return (await appointments.get(id_of(booking))).resource_ids


async def test_going_back_and_taking_a_lapsed_slot_again_stay_with_the_agent(
    jeanne: Visitor, town: Town
) -> None:
    slots = await jeanne.get(f"{path_to(town)}?avec={town.bea}")
    assert f"?avec={town.bea}&amp;semaine=" in slots.text
    assert f'action="{path_to(town)}/reservation?avec={town.bea}"' in slots.text
    answer = await jeanne.submit(
        f"{path_to(town)}/reservation?avec={town.bea}", {"slot": slots_in(slots)[1]}
    )
    booking = answer.headers["location"].removesuffix("/suite")
    step = (await jeanne.get(booking)).text
    assert f'href="{path_to(town)}?avec={town.bea}"' in step
    assert f'href="/avec/{town.bea}"' in step
    await identify(jeanne, booking)
    done = await jeanne.submit(f"{booking}/confirmation")
    assert done.headers["location"] == f"{booking}/termine", words(done)
    assert await who_receives(booking) == (town.bea,)


async def test_whom_nobody_can_book_has_no_page(jeanne: Visitor, town: Town) -> None:
    for nobody in (town.bob, town.sam, UUID(int=7)):
        assert (await jeanne.get(f"/avec/{nobody}")).status_code == 404
        assert (await jeanne.get(f"{path_to(town)}?avec={nobody}")).status_code == 404
    assert (await jeanne.get(f"{path_to(town)}?avec=Bea")).status_code == 404
    assert "Martin" not in (await jeanne.get(f"/avec/{town.bob}")).text


async def test_an_agent_whose_openings_are_over_keeps_an_address_that_says_whom_to_call(
    jeanne: Visitor, town: Town
) -> None:
    await open_for(town, town.bob, soon(-3))
    page = words(await jeanne.get(f"/avec/{town.bob}"))
    assert "Aucun rendez-vous n’est proposé en ligne avec Bob Martin en ce moment." in page
    assert "01 23 45 67 89" in page


async def test_a_motive_that_is_for_agents_alone_opens_nobody_s_page(
    jeanne: Visitor, tenant: Tenant, town: Town
) -> None:
    del tenant
    inside = await new_motive(
        town.organisation, town.registry, name="Réunion interne", audience="agents"
    )
    await open_for(town, town.bob, soon(), motive_ids=[inside])
    assert (await jeanne.get(f"/avec/{town.bob}")).status_code == 404


async def test_a_removed_agent_is_no_longer_there(
    client: Clients, tenant: Tenant, town: Town
) -> None:
    await managing.remove(town.bea, Parting(), Actor("agent", town.alice))
    visitor = client(tenant)
    assert (await visitor.get(f"/avec/{town.bea}")).status_code == 404
    assert (await visitor.get(f"/r/{short_name(town.bea)}")).status_code == 404

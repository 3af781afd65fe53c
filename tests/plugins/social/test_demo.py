"""The demo's département keeps its names and its sectors."""

from collections import Counter
from datetime import timedelta

import pytest
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau_infra import clock
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_social.figures import queries as figures
from creneau_social.figures.schemas import Order, SilentOnes, Whose
from creneau_social.naming import service as naming
from creneau_social.sectors import service as sectors
from creneau_social.sectors.schemas import Address
from creneau_social.situation import rules
from creneau_social.situation import service as situation
from creneau_tenants import service as tenants
from creneau_web.demo.content import departement
from creneau_web.demo.fill import fill_one
from msgspec.structs import replace

GARE = Address(town_code="03990", town_name="Clairval", street="12 avenue de la Gare")
SOUTH = Address(town_code="03996", town_name="Saint-Aubin-sur-Aure")


@pytest.fixture(scope="module")
async def demo(database: PostgresAddress) -> Tenant:
    """Fill the demo's tenant of this vertical, under another name."""
    assert database
    draft = replace(departement.PLAN.tenant, slug="solidarites")
    await fill_one(replace(departement.PLAN, tenant=draft), clock.now())
    return (await tenants.tenant_by_slug("solidarites")).tenant


async def test_its_motives_take_their_names_from_a_referential_that_is_asked_for_more(
    demo: Tenant,
) -> None:
    with acting_for(demo):
        assert await naming.is_on()
        asked = Counter(one.state for one in await naming.requests())
        kept = await naming.names()
        free = [one for one in kept if not one.motives]
        used = {one.name for one in await motives.motives()}
    assert asked == {"waiting": 1, "accepted": 1, "refused": 1}
    assert len(free) == 1
    assert used <= {one.name for one in kept}


async def test_an_address_leads_to_the_team_of_its_sector(demo: Tenant) -> None:
    with acting_for(demo):
        first, *others = [
            one for one in await motives.motives() if "social.sectorised" in one.extra
        ]
        assert [one.name for one in others] == [first.name]
        assert await sectors.motive_for(others[0].id, GARE) != await sectors.motive_for(
            first.id, SOUTH
        )
        assert await sectors.needs_street("03990")


async def test_follow_ups_are_with_a_referent(demo: Tenant) -> None:
    with acting_for(demo):
        found = [one.name for one in await motives.motives() if "social.follow_up" in one.extra]
    assert found == [*departement.PLAN.followed]


async def test_files_are_full_some_are_lost_sight_of_and_some_matters_are_silent(
    demo: Tenant,
) -> None:
    with acting_for(demo):
        assert (await situation.setting()).fields == frozenset(rules.LABELS)
        async with tenant_transaction() as tx:
            told = await tx.value("SELECT count(*) FROM social.situation")
            read = await tx.value("SELECT count(DISTINCT agent_id) FROM social.reading")
            ones = SilentOnes(
                whose=Whose(everything=True),
                known_in=None,
                now=clock.now(),
                since=clock.now() - timedelta(days=183),
                order=Order(),
            )
            silent = await figures.silent(tx, ones, 9, 0)
            kept = await tx.value(
                "SELECT count(*) FROM booking b "
                "JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id "
                "JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id "
                "WHERE b.state = 'planned' AND m.confidential"
            )
            persons = await tx.value("SELECT count(*) FROM person_confidential")
    assert told > 5
    assert read > 1
    assert silent
    assert kept > 0
    assert persons == 1

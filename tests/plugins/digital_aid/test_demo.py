"""The demo's advisers are on the map, and prescribers send them learners."""

from collections import Counter
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.context import Tenant, acting_for
from creneau.database import Transaction, tenant_transaction
from creneau_digital_aid import queries
from creneau_digital_aid.demo.content import PRESCRIBERS
from creneau_digital_aid.feed import service as feeds
from creneau_digital_aid.places import service as places
from creneau_digital_aid.schemas import PrescribedWanted
from creneau_infra import clock
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_tenants import service as tenants
from creneau_web.demo.content import numerique
from creneau_web.demo.fill import fill_one
from msgspec.structs import replace

STRUCTURES = {one.structure for one in PRESCRIBERS}


@pytest.fixture(scope="module")
async def demo(database: PostgresAddress) -> Tenant:
    """Fill the demo's tenant of this vertical, under another name."""
    assert database
    draft = replace(numerique.PLAN.tenant, slug="aide-numerique")
    await fill_one(replace(numerique.PLAN, tenant=draft), clock.now())
    return (await tenants.tenant_by_slug("aide-numerique")).tenant


async def test_every_place_of_the_demo_is_in_the_feed_and_can_be_booked(demo: Tenant) -> None:
    with acting_for(demo):
        assert await places.left_out(None) == []
        feed = await feeds.feed("json")
    assert feed.plain.count(b'"prise_rdv"') == len(numerique.PLAN.places)


async def _sources(tx: Transaction, booking_ids: list[UUID]) -> list[str]:
    rows = await tx.rows(
        "SELECT source FROM booking WHERE tenant_id = $1 AND (id = ANY ($2) OR source = 'others')",
        tx.tenant_id,
        booking_ids,
    )
    return [row["source"] for row in rows]


async def test_prescribers_of_several_structures_sent_learners(demo: Tenant) -> None:
    with acting_for(demo):
        everyone = [agent.id for agent in await agents.agents()]
        async with tenant_transaction() as tx:
            found = await queries.prescribed(
                tx, everyone, PrescribedWanted(agent_id=everyone[0]), 200, 0
            )
            sources = Counter(await _sources(tx, [one.booking_id for one in found]))
    assert {one.structure for one in found} == STRUCTURES
    # What the figures count as booked by somebody else is what the list of prescribers shows.
    assert sources == {"others": len(found)}
    assert {one.standing for one in found} >= {"seen", "upcoming"}
    assert all(one.email.endswith(".example") for one in found)

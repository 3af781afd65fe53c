"""A plugin furnishes its demo tenant, and no other."""

import random
from collections.abc import Mapping, Sequence

import pytest
from creneau import plugins as house
from creneau.context import Tenant, acting_for
from creneau.contributions import DemoFurnishing, DemoSpace
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.people import service as people
from creneau.people.finding.schemas import EVERYBODY
from creneau.plugins import Plugins
from creneau_infra import clock
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_tenants import service as tenants
from creneau_web.demo import fill
from creneau_web.demo.content import campus
from creneau_web.demo.plans import TenantPlan
from msgspec.structs import replace

from tests.plugins.cast import made_up, presented

TOLD: list[str] = []


class Songs(DemoFurnishing, frozen=True):
    """Voices for motives, and a note of when what was asked."""

    def motive_extra(self, draft: MotiveDraft, *, followed: bool) -> Mapping[str, str]:
        del draft, followed
        return {"choir.voice": "alto"}

    async def set_up(self, space: DemoSpace) -> None:
        assert space.organisations
        assert set(space.receiving) < set(space.agents.values())
        TOLD.append(f"{await _persons()} people before, luck {space.luck.random():.3f}")

    def typed(self, luck: random.Random) -> Mapping[str, str]:
        del luck
        return {}

    async def fill(self, space: DemoSpace) -> None:
        TOLD.append(f"{await _persons()} people after, luck {space.luck.random():.3f}")


async def _persons() -> int:
    return min(50, len((await people.search("", EVERYBODY, 50)).persons))


def demo_furnishings(tenant: Tenant) -> Sequence[DemoFurnishing]:
    assert tenant.slug == "chorale"
    return (Songs(),)


@pytest.fixture
def choir_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the choir as the only plugin that is installed."""
    modules = Plugins({"choir": made_up("choir", presented("choir"), demo_furnishings)})
    for asking in (house, tenants, fill):
        monkeypatch.setattr(asking, "installed", lambda: modules)
    TOLD.clear()


def plan_of(slug: str, *plugins: str) -> TenantPlan:
    """Give the campus of the demo under another name, with other plugins."""
    draft = replace(campus.PLAN.tenant, slug=slug, plugins=frozenset(plugins))
    return replace(campus.PLAN, tenant=draft)


@pytest.mark.usefixtures("choir_installed")
async def test_it_sets_up_before_anybody_comes_and_fills_afterwards(
    database: PostgresAddress,
) -> None:
    assert database
    await fill.fill_one(plan_of("chorale", "choir"), clock.now())
    before, after = TOLD
    assert before.startswith("0 people before")
    assert after.startswith("50 people after")
    assert before.partition("luck")[2] == after.partition("luck")[2]
    directory = await tenants.tenant_by_slug("chorale")
    with acting_for(directory.tenant):
        assert {one.extra["choir.voice"] for one in await motives.motives()} == {"alto"}


@pytest.mark.usefixtures("choir_installed")
async def test_where_it_is_off_it_is_not_asked(database: PostgresAddress) -> None:
    assert database
    await fill.fill_one(plan_of("sans-chorale"), clock.now())
    assert TOLD == []

"""A plugin's tables among the statistics: shown, taken away as files, and gone where it is off."""

from collections.abc import AsyncGenerator, Sequence

import pytest
from creneau import plugins as house
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import Transaction
from creneau.plugins import Plugins
from creneau.statistics.contributed import StatisticsAsked, StatisticsSource, StatisticsTable
from creneau.testing.factories import Town, new_town
from creneau_tenants import service as tenants
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE

from tests.plugins.cast import made_up, presented
from tests.web.stage import Clients, Visitor, new_tenant

PAGE = "/statistiques"


class Songs(StatisticsSource, frozen=True):
    """How many songs were sung, by voice."""

    async def tables(self, tx: Transaction, asked: StatisticsAsked) -> Sequence[StatisticsTable]:
        number = await tx.value("SELECT count(*) FROM agent WHERE tenant_id = $1", tx.tenant_id)
        assert asked.since < asked.to
        return [
            StatisticsTable(
                code="choir.songs",
                title="Chants par voix",
                heads=("Voix", "Chants"),
                rows=[("Grave", [number]), ("Aiguë", [None])],
            )
        ]


def statistics_tables(tenant: Tenant) -> Sequence[StatisticsSource]:
    del tenant
    return (Songs(),)


@pytest.fixture
def choir_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the choir as the only plugin that is installed."""
    modules = Plugins({"choir": made_up("choir", presented("choir"), statistics_tables)})
    for asking in (house, tenants):
        monkeypatch.setattr(asking, "installed", lambda: modules)


@pytest.fixture
async def singing(app: Application, choir_installed: None) -> AsyncGenerator[Tenant, None]:
    """Give a tenant that switched the choir on."""
    del app, choir_installed
    made = await new_tenant(frozenset({"choir"}))
    with acting_for(made):
        yield made


async def visitor_of(client: Clients, tenant: Tenant, town: Town) -> Visitor:
    draft = AgentDraft(
        email="dina@exemple.fr",
        first_name="Dina",
        last_name="Martin",
        password="une longue phrase de passe",
        memberships=((town.organisation_id, "agent"),),
        service_ids=(town.service_id,),
    )
    _session, secret = await auth.open_session(await agents.create_agent(draft, SYSTEM))
    visitor = client(tenant)
    visitor.cookies.set(COOKIE, secret, domain=str(visitor.base_url.host))
    return visitor


async def test_its_tables_stand_below_those_of_the_core_and_leave_as_files(
    client: Clients, singing: Tenant
) -> None:
    dina = await visitor_of(client, singing, await new_town())
    page = (await dina.get(PAGE)).text
    assert page.index("Par motif") < page.index("Chants par voix")
    assert '<th scope="row">Grave</th><td class="number">2</td>' in page
    assert '<th scope="row">Aiguë</th><td class="number">–</td>' in page
    answer = await dina.submit(f"{PAGE}/export?table=choir.songs", {"format": "csv"})
    assert answer.content.decode("utf-8-sig") == "Voix;Chants\r\nGrave;2\r\nAiguë;\r\n"


@pytest.mark.usefixtures("choir_installed")
async def test_a_plugin_that_is_off_adds_none(app: Application, client: Clients) -> None:
    del app
    silent = await new_tenant(frozenset())
    with acting_for(silent):
        dina = await visitor_of(client, silent, await new_town())
        assert "Chants par voix" not in (await dina.get(PAGE)).text
        answer = await dina.submit(f"{PAGE}/export?table=choir.songs", {"format": "csv"})
        assert answer.status_code == 404

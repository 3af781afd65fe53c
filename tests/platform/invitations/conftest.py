import pytest
from creneau import i18n
from creneau.builtin import register_translations
from creneau.context import Tenant

from tests.platform.cast import Town, new_motive
from tests.platform.invitations.cast import Post
from tests.platform.planning import open_for, soon


@pytest.fixture(scope="package", autouse=True)
def english() -> None:
    i18n.add_catalogue(register_translations())


@pytest.fixture
def post(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(tenant, monkeypatch)


@pytest.fixture
async def invited_only(town: Town) -> Town:
    """Give the town where a motive is for invited people alone, with Bea and Alice, in one category."""
    motive = await new_motive(
        town.organisation,
        town.citizenship,
        name="Bilan de situation",
        audience="invited",
        category="Accompagnement",
    )
    for agent in (town.alice, town.bea):
        await open_for(town, agent, soon(), motive_ids=[motive])
    return Town(
        **{**{name: getattr(town, name) for name in Town.__struct_fields__}, "motive": motive}
    )

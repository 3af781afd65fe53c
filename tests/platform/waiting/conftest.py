import pytest
from creneau import i18n
from creneau.builtin import register_translations
from creneau.context import Tenant

from tests.platform.cast import Town
from tests.platform.planning import open_for, soon
from tests.platform.waiting.cast import Worker


@pytest.fixture(scope="package", autouse=True)
def english() -> None:
    i18n.add_catalogue(register_translations())


@pytest.fixture
def worker(tenant: Tenant) -> Worker:
    return Worker(tenant)


@pytest.fixture
async def morning(town: Town) -> Town:
    """Open one morning of Alice's: six half hours."""
    await open_for(town, town.alice, soon())
    return town

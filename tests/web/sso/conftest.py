"""A house, and a provider that lies to it."""

from collections.abc import Generator

import pytest
from creneau_web.app import Application

from tests.web.sso.cast import House, new_house, reachable
from tests.web.sso.liar import Liar, lying


@pytest.fixture(scope="module")
async def house(app: Application) -> House:
    return await new_house(app)


@pytest.fixture
def liar(house: House) -> Generator[Liar, None, None]:
    with lying() as liar, reachable(house.app.settings, liar.issuer):
        yield liar

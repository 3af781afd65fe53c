from collections.abc import Generator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from creneau import i18n
from creneau.builtin import register_translations
from creneau.context import Tenant
from creneau_infra.mail.acknowledged import Acknowledged

from tests.platform.cast import Town
from tests.platform.messages.post import Postman, PostOffice, open_mornings, open_post_office


@pytest.fixture(scope="package", autouse=True)
def english() -> None:
    i18n.add_catalogue(register_translations())


@pytest.fixture
def acknowledged(tmp_path: Path) -> Acknowledged:
    return Acknowledged(tmp_path / "acknowledged")


@pytest.fixture
def post_office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def smtp(post_office: PostOffice) -> Generator[Controller, None, None]:
    controller = open_post_office(post_office)
    yield controller
    controller.stop()


@pytest.fixture
def postman(tenant: Tenant, smtp: Controller) -> Postman:
    return Postman(tenant, smtp.port)


@pytest.fixture
async def open_town(town: Town) -> Town:
    """Open Bob's mornings for the town's motive."""
    await open_mornings(town.bob, town.place, [town.motive])
    return town

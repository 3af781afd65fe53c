"""A town whose bookings a receiver is told of, and what does the work."""

from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
from creneau import i18n
from creneau.builtin import register_translations
from creneau.context import Tenant
from creneau_infra import outgoing
from creneau_infra.settings import Settings

from tests.platform.cast import Town
from tests.platform.messages.post import open_mornings
from tests.platform.webhooks.cast import Workers
from tests.platform.webhooks.receiver import Receiver, receiving


@pytest.fixture(scope="package", autouse=True)
def english() -> None:
    i18n.add_catalogue(register_translations())


@pytest.fixture
async def open_town(town: Town) -> Town:
    """Open Bob's mornings for the town's motive."""
    await open_mornings(town.bob, town.place, [town.motive])
    return town


@pytest.fixture
async def receivers(
    settings: Settings,
) -> AsyncGenerator[Callable[[], Awaitable[Receiver]], None]:
    """Run receivers, each opened by the operator's setting."""
    running, hosts = [], []

    async def another() -> Receiver:
        manager = receiving()
        made = await manager.__aenter__()
        running.append(manager)
        hosts.append(made.host)
        outgoing.configure(Settings(outgoing_private_hosts=tuple(hosts)))
        return made

    yield another
    outgoing.configure(settings)
    for manager in running:
        await manager.__aexit__(None, None, None)


@pytest.fixture
async def receiver(receivers: Callable[[], Awaitable[Receiver]]) -> Receiver:
    return await receivers()


@pytest.fixture
def workers(tenant: Tenant) -> Workers:
    return Workers(tenant)

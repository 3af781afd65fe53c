from collections.abc import AsyncGenerator

import pytest
from creneau_infra.settings import Settings

from tests.platform.sms.gateway import Service, running


@pytest.fixture
async def gateway(settings: Settings) -> AsyncGenerator[Service, None]:
    async with running(settings) as found:
        yield found

"""Mornings that are open, and a clock that can be put forward."""

from datetime import timedelta
from typing import Any

import pytest
from creneau_infra import clock

from tests.platform.cast import Town
from tests.platform.planning import open_for, soon


@pytest.fixture
async def opened(town: Town) -> Town:
    """Open Alice's mornings for three weeks."""
    await open_for(town, town.alice, soon(), recurrence="FREQ=DAILY;COUNT=21")
    return town


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Move the engine's clock forward."""

    def forward(**by: float) -> None:
        then = clock.now() + timedelta(**by)
        for module in ("service.holding", "service.changing", "service.reading", "steps"):
            monkeypatch.setattr(f"creneau.appointments.{module}.clock_now", lambda: then)
        monkeypatch.setattr("creneau.availability.service.clock_now", lambda: then)

    return forward

"""What the engine asks of the database: as many statements for a large town as for a small one."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, MoveRequest
from creneau.availability import service as availability
from creneau.context import SYSTEM, VISITOR, acting_for
from creneau.database import tenant_transaction
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft
from creneau_infra.postgres.embedded import PostgresAddress

from tests.platform.cast import Town, furnish, new_agent, new_tenant
from tests.platform.hearing import Heard, hearing
from tests.platform.planning import JEANNE, OWNER, hold, nine, open_for, slots, soon

OK = ConfirmRequest(identity=JEANNE, email_proven=True)


class Size(msgspec.Struct, frozen=True):
    """How large a town is, and on how many days its agents are there."""

    places: int
    agents: int
    days: int


SMALL, LARGE = Size(places=3, agents=6, days=3), Size(places=30, agents=60, days=60)


@pytest.fixture
async def heard(postgres: PostgresAddress, database: object) -> AsyncGenerator[Heard, None]:
    """Listen to every statement, BEGIN and COMMIT included, on one connection."""
    del database
    async with hearing(postgres) as statements:
        yield statements


@asynccontextmanager
async def town_of(size: Size) -> AsyncGenerator[tuple[Town, Sequence[UUID]], None]:
    """Furnish a town: two agents at each place, there every day for a while."""
    with acting_for(await new_tenant()):
        town = await furnish()
        draft = PlaceDraft(organisation_id=town.organisation, name="Lieu")
        where = [
            await places.create_place(msgspec.structs.replace(draft, name=f"Lieu {one}"), SYSTEM)
            for one in range(size.places)
        ]
        for number in range(size.agents):
            agent = await new_agent(f"A{number}", town.organisation, town.citizenship, "agent")
            values: dict[str, Any] = {
                "place_id": where[number % size.places],
                "recurrence": f"FREQ=DAILY;COUNT={size.days}",
            }
            await open_for(town, agent, soon(), **values)
        yield town, where


async def count(heard: Heard, size: Size) -> dict[str, int]:
    """Do everything once, and count what was said for each."""
    counts: dict[str, int] = {}

    def note(name: str) -> None:
        counts[name] = len(heard)
        heard.clear()

    async with town_of(size) as (town, where):
        heard.clear()
        await everything(town, where, note)
    return counts


async def everything(town: Town, where: Sequence[UUID], note: Callable[[str], None]) -> None:
    assert await slots(town, soon())
    note("search")
    found = await availability.next_available(town.motive, where)
    assert set(found) == set(where)
    note("next of each place")
    held = await hold(town, nine(), place_id=where[0])
    note("hold")
    booking = await appointments.confirm(held.id, OWNER, OK, VISITOR)
    note("confirm")
    later: datetime = nine() + timedelta(minutes=60)
    await appointments.move(booking.id, MoveRequest(starts_at=later, place_id=where[0]), VISITOR)
    note("move")
    await appointments.cancel(booking.id, VISITOR)
    note("cancel")


async def test_nothing_costs_more_statements_in_a_large_town(heard: Heard) -> None:
    small, large = await count(heard, SMALL), await count(heard, LARGE)
    assert small == large
    # BEGIN, the motive, the free time, COMMIT.
    assert small["search"] == 4
    assert small["next of each place"] == 4


async def test_a_search_that_looks_ever_further_ends_after_a_few(heard: Heard) -> None:
    async with town_of(SMALL) as (town, where):
        await open_for(town, town.alice, soon(), recurrence="FREQ=DAILY", place_id=where[0])
        everywhere = ClosureDraft(starts_at=nine(0), ends_at=nine(100))
        await planning.create_closure(everywhere, SYSTEM)
        heard.clear()
        assert await availability.next_available(town.motive, where) == {}
        # BEGIN, the motive; 2, 7, 21 and 63 days, which is beyond the motive's notice; COMMIT.
        assert len(heard) == 7


async def test_a_place_without_openings_is_asked_for_once(heard: Heard) -> None:
    async with town_of(SMALL) as (town, _):
        nowhere = await places.create_place(
            PlaceDraft(organisation_id=town.organisation, name="Vide"), SYSTEM
        )
        heard.clear()
        assert await availability.next_available(town.motive, [nowhere]) == {}
        assert len(heard) == 4


async def test_the_listener_hears_all_that_is_said(heard: Heard) -> None:
    async with tenant_transaction((await new_tenant()).id) as tx:
        heard.clear()
        for _ in range(3):
            await tx.value("SELECT 1")
    assert len(heard) == 5

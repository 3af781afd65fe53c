"""What a program's request asks of the database: no statement comes back unnoticed."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from creneau_infra.postgres.embedded import PostgresAddress

from tests.platform.cast import Town
from tests.platform.hearing import Heard, hearing
from tests.platform.planning import soon

PERSON = {"first_name": "Jeanne", "last_name": "Martin", "email": "jeanne@exemple.fr"}


@pytest.fixture
async def heard(
    postgres: PostgresAddress, town: object, caller: object
) -> AsyncGenerator[Heard, None]:
    """Listen to every statement, BEGIN and COMMIT included, on one connection."""
    del town, caller
    async with hearing(postgres) as statements:
        yield statements


def week(town: Town) -> dict[str, str]:
    return {"motive": str(town.motive), "from": str(soon()), "to": str(soon())}


async def test_a_search_is_the_directory_and_one_transaction_of_five_statements(
    heard: Heard, caller: httpx.AsyncClient, town: Town
) -> None:
    found = await caller.get("/api/v1/slots", params=week(town))
    assert found.json()["slots"]
    # The directory; BEGIN, the token, the motive with the time zones, the free time, COMMIT.
    assert len(heard) == 6
    assert "FROM api_token" in heard[2]


async def test_holding_and_confirming_take_one_transaction_each(
    heard: Heard, caller: httpx.AsyncClient, town: Town
) -> None:
    found = await caller.get("/api/v1/slots", params=week(town))
    start = found.json()["slots"][0]["start"]
    heard.clear()
    held = await caller.post("/api/v1/holds", json={"motive": str(town.motive), "start": start})
    assert held.status_code == 201, held.text
    # The directory; BEGIN, the token, the planning's lock, the motive, whether the time is free;
    # the appointment, its time, the seat with the booking as it is answered; the history, COMMIT.
    assert len(heard) == 11
    heard.clear()
    sent = {"hold": held.json()["id"], "person": PERSON}
    booked = await caller.post("/api/v1/bookings", json=sent)
    assert booked.status_code == 201, booked.text
    # The directory; BEGIN, the token, the appointment's lock, the booking, its motive, the person,
    # what the motive asks; the seat, its time; the history, the message, COMMIT.
    assert len(heard) == 13
    assert [said for said in heard if said.startswith("BEGIN")] == heard[1:2]

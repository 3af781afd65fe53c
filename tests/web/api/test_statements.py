"""What a program's request asks of the database: no statement comes back unnoticed."""

from collections.abc import AsyncGenerator
from datetime import timedelta

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


async def test_a_search_is_one_transaction_of_four_statements(
    heard: Heard, caller: httpx.AsyncClient, town: Town
) -> None:
    await caller.get("/api/v1/slots", params=week(town))
    heard.clear()
    other = {**week(town), "from": str(soon() - timedelta(days=1))}
    found = await caller.get("/api/v1/slots", params=other)
    assert found.json()["slots"]
    # BEGIN, the token (with the version of what the address led to) and the motive with the time
    # zones, the free time, COMMIT.
    assert len(heard) == 4
    assert "FROM api_token" in heard[1]


async def test_holding_and_confirming_take_one_transaction_each(
    heard: Heard, caller: httpx.AsyncClient, town: Town
) -> None:
    found = await caller.get("/api/v1/slots", params=week(town))
    start = found.json()["slots"][0]["start"]
    heard.clear()
    held = await caller.post("/api/v1/holds", json={"motive": str(town.motive), "start": start})
    assert held.status_code == 201, held.text
    # BEGIN, the token, the planning's
    # lock, the motive, whether the time is free; the time with its appointment and the seat; the
    # history, COMMIT.
    assert len(heard) == 8
    heard.clear()
    sent = {"hold": held.json()["id"], "person": PERSON}
    booked = await caller.post("/api/v1/bookings", json=sent)
    assert booked.status_code == 201, booked.text
    # BEGIN, the token, the booking locked with its appointment, its motive, the person; the seat
    # and its time; the history, the message, COMMIT.
    assert len(heard) == 9
    assert [said for said in heard if said.startswith("BEGIN")] == heard[:1]


async def test_who_comes_too_late_is_told_before_anything_is_written_about_them(
    heard: Heard, caller: httpx.AsyncClient, town: Town
) -> None:
    found = await caller.get("/api/v1/slots", params=week(town))
    wanted = {"motive": str(town.motive), "start": found.json()["slots"][0]["start"]}
    await caller.post("/api/v1/holds", json=wanted)
    heard.clear()
    late = await caller.post("/api/v1/bookings", json={**wanted, "person": PERSON})
    assert (late.status_code, late.json()["code"]) == (409, "slot_taken")
    # BEGIN, the token, the planning's lock, the motive, whether the time is free, whether it was
    # open at all, ROLLBACK; then the nearest: BEGIN, the motive, the free time, COMMIT.
    assert len(heard) == 11
    assert not [said for said in heard if "INSERT" in said]


async def test_a_move_is_one_transaction(
    heard: Heard, caller: httpx.AsyncClient, town: Town
) -> None:
    found = await caller.get("/api/v1/slots", params=week(town))
    first, other = (slot["start"] for slot in found.json()["slots"][:2])
    sent = {"motive": str(town.motive), "start": first, "person": PERSON}
    booked = await caller.post("/api/v1/bookings", json=sent)
    assert booked.status_code == 201, booked.text
    heard.clear()
    moved = await caller.post(f"/api/v1/bookings/{booked.json()['id']}/move", json={"start": other})
    assert moved.status_code == 200, moved.text
    assert [said for said in heard if said.startswith("BEGIN")] == heard[:1]

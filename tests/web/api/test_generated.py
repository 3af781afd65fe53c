"""Gate R-8 in small numbers: whatever programs send, no answer is a fault of ours."""

import random
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.platform.cast import Town
from tests.platform.planning import soon

REQUESTS = 400
NASTY: list[Any] = [
    *("", " ", "\x00", "\ud800", "\u202e", "é" * 300, "'; DROP TABLE booking; --", "{{7*7}}"),
    *(
        "9999-12-31",
        "0001-01-01",
        "2026-02-30",
        "2026-11-23T25:00:00Z",
        "2026-11-23T09:00:00+99:00",
    ),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-23", "-1", "NaN", "1e400"),
    *("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "../../etc"),
    *(None, True, False, 0, -1, 2**63, 2**200, 1.5, [], {}, [[]], {"a": {"b": []}}, ["x"] * 300),
]


def known(town: Town) -> list[Any]:
    ids = [town.motive, town.place, town.alice, town.organisation, uuid4()]
    day = soon().isoformat()
    return [*map(str, ids), day, f"{day}T09:00:00+01:00", {"first_name": "A", "last_name": "B"}]


def value(choice: random.Random, town: Town) -> Any:
    return choice.choice(known(town) if choice.random() < 0.6 else NASTY)


def query(choice: random.Random, town: Town) -> httpx.QueryParams:
    names = ("motive", "from", "to", "place", "places", "agent", "service", "organisation", "lang")
    kept = [name for name in names if choice.random() < 0.7]
    given = [(name, str(value(choice, town))) for name in kept]
    return httpx.QueryParams(
        [(name, text.encode("utf-8", "replace").decode()) for name, text in given]
    )


def body(choice: random.Random, town: Town) -> Any:
    names = ("motive", "start", "place", "agent", "session", "hold", "person", "values")
    kept = [name for name in (*names, "instructions_accepted") if choice.random() < 0.6]
    given = {name: value(choice, town) for name in kept}
    return given if choice.random() < 0.9 else value(choice, town)


def asked(caller: httpx.AsyncClient, choice: random.Random, town: Town) -> httpx.Request:
    where = choice.choice([str(uuid4()), str(town.motive), "x", "%00", "..%2f"])
    if choice.random() < 0.5:
        path = choice.choice(["slots", "slots/next", "places", "motives", f"bookings/{where}"])
        return caller.build_request("GET", f"/api/v1/{path}", params=query(choice, town))
    path = choice.choice(
        ["holds", "bookings", f"bookings/{where}/move", f"bookings/{where}/cancellation"]
    )
    headers = {"idempotency-key": choice.choice(["", "a", "b" * 201, "c d", uuid4().hex])}
    try:
        return caller.build_request(
            "POST", f"/api/v1/{path}", json=body(choice, town), headers=headers
        )
    except (UnicodeError, ValueError):
        # No program can write that either.
        return caller.build_request("POST", f"/api/v1/{path}", content=b"\xff", headers=headers)


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_is_sent_is_answered_or_refused_with_a_code(
    caller: httpx.AsyncClient, town: Town, seed: int
) -> None:
    choice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    answered: set[int] = set()
    for _ in range(REQUESTS):
        request = asked(caller, choice, town)
        answer = await caller.send(request)
        assert answer.status_code < 500, (request.method, request.url, request.content)
        assert answer.status_code < 400 or answer.json()["code"]
        answered.add(answer.status_code)
    assert {200, 404, 422} <= answered

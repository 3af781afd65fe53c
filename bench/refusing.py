"""What cannot be searched: how long a refusal takes, and that it has a code."""

import time
from uuid import uuid4

import msgspec
import searching
from creneau_infra.postgres.embedded import PostgresAddress
from http_client import Client

TRIES = 20
MOST_MILLISECONDS = 50


class Refusals(msgspec.Struct, frozen=True):
    """The slowest of 20 answers to each request, in milliseconds, by what is wrong with it."""

    slowest_ms: dict[str, float]
    codes: dict[str, str]

    @property
    def holds(self) -> bool:
        """Each has a code, and the slowest took less than 50 ms."""
        return all(self.codes.values()) and max(self.slowest_ms.values()) < MOST_MILLISECONDS


async def measure(address: PostgresAddress, port: int) -> Refusals:
    """Ask for what cannot be answered."""
    search = (await searching.prepare(address))[0]
    motive = search.path.partition("motive=")[2][:36]
    week = search.path.partition("&")[2]
    wrong = {
        "inverted": f"motive={motive}&from=2026-12-10&to=2026-12-01",
        "huge": f"motive={motive}&from=2026-12-01&to=2030-12-01",
        "year 9999": f"motive={motive}&from=9999-12-01&to=9999-12-31",
        "unknown motive": f"motive={uuid4()}&{week}",
        "no id": f"motive=1&{week}",
        "200 unknown places": f"motive={uuid4()}&{week}&place={','.join([str(uuid4())] * 200)}",
    }
    slowest: dict[str, float] = {}
    codes: dict[str, str] = {}
    async with Client(port, search.host, search.token) as client:
        for name, query in wrong.items():
            times: list[float] = []
            for _ in range(TRIES):
                started = time.perf_counter()
                answer = await client.get(f"/api/v1/slots?{query}")
                times.append(time.perf_counter() - started)
                assert 400 <= answer.status < 500, answer
                codes[name] = answer.json()["code"]
            slowest[name] = round(max(times) * 1000, 1)
    return Refusals(slowest, codes)

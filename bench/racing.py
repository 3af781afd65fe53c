"""Two hundred clients at once for one slot (R-1), and the same with the guard taken out (R-2)."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from statistics import quantiles
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
from creneau_infra.postgres.embedded import PostgresAddress
from http_client import Answer, Client

PERSON = {"first_name": "Camille", "last_name": "Exemple", "email": "camille@exemple.fr"}
Attempt = Callable[[Client], Awaitable[Answer]]


class Race(msgspec.Struct, frozen=True):
    """What came of some rounds; `winners` counts each round's."""

    name: str
    clients: int
    rounds: int
    winners: list[int]
    statuses: dict[int, int]
    server_errors: int
    p50_ms: float
    p99_ms: float

    @property
    def holds(self) -> bool:
        """Exactly one winner in each round, and no server error."""
        return set(self.winners) == {1} and not self.server_errors


class Ground(msgspec.Struct, frozen=True):
    """Where a race takes place: free slots of one agent each, and who runs."""

    host: str
    motive: str
    slots: list[dict[str, Any]]
    clients: Sequence[Any]


async def ground(port: int, host: str, motive: str, path: str, tokens: Sequence[str]) -> Ground:
    """Connect the clients, and find slots in which one agent is named."""
    clients = [Client(port, host, token) for token in tokens]
    for client in clients:
        await client.connect()
    answer = await clients[0].get(path)
    assert answer.status == 200, answer
    return Ground(host, motive, _apart(answer.json()["slots"]), clients)


def _apart(slots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep one slot for each start and place, with the first agent who is free then."""
    return [
        {"start": slot["start"], "place": slot["place"], "agent": slot["resources"][0]}
        for slot in slots
    ]


async def book(on: Ground, rounds: int) -> Race:
    """All book the same time of the same agent straight away."""

    def attempt(slot: dict[str, Any]) -> Attempt:
        async def run(client: Client) -> Answer:
            sent = {"motive": on.motive, **slot, "person": PERSON}
            return await client.post("/api/v1/bookings", sent, key=uuid4().hex)

        return run

    return await _race("book", on, [attempt(slot) for slot in _take(on, rounds)])


async def hold(on: Ground, rounds: int) -> Race:
    """All hold the same time of the same agent."""

    def attempt(slot: dict[str, Any]) -> Attempt:
        async def run(client: Client) -> Answer:
            return await client.post("/api/v1/holds", {"motive": on.motive, **slot})

        return run

    return await _race("hold", on, [attempt(slot) for slot in _take(on, rounds)])


async def move(on: Ground, rounds: int) -> Race:
    """All have a booking elsewhere, and move it to the same time of the same agent."""
    booked = await asyncio.gather(
        *(
            _booked(client, on, slot)
            for client, slot in zip(on.clients, _take(on, len(on.clients)), strict=True)
        )
    )
    mine = dict(zip(map(id, on.clients), booked, strict=True))

    def attempt(slot: dict[str, Any]) -> Attempt:
        async def run(client: Client) -> Answer:
            return await client.post(f"/api/v1/bookings/{mine[id(client)]}/move", slot)

        return run

    return await _race("move", on, [attempt(slot) for slot in _take(on, rounds)])


async def last_seat(on: Ground, sessions: Sequence[tuple[str, str, str]]) -> Race:
    """All book the one seat that is left in a session: (motive, session, start) each round."""

    def attempt(session: tuple[str, str, str]) -> Attempt:
        async def run(client: Client) -> Answer:
            motive, appointment, start = session
            sent = {"motive": motive, "session": appointment, "start": start, "person": PERSON}
            return await client.post("/api/v1/bookings", sent, key=uuid4().hex)

        return run

    return await _race("last seat", on, [attempt(session) for session in sessions])


async def confirm(on: Ground, rounds: int) -> Race:
    """One hold, confirmed by all at once with one key and one token: one booking, one answer."""
    first: Client = on.clients[0]
    same = msgspec.structs.replace(on, clients=[first.twin() for _ in on.clients])
    for client in same.clients:
        await client.connect()
    attempts: list[Attempt] = []
    for slot in _take(on, rounds):
        held = await first.post("/api/v1/holds", {"motive": on.motive, **slot})
        attempts.append(_confirming(held.json()["id"]))
    race = await _race("confirm, one key", same, attempts, count_answers=True)
    for client in same.clients:
        client.close()
    return race


def _confirming(hold_id: str) -> Attempt:
    key = uuid4().hex

    async def run(client: Client) -> Answer:
        return await client.post("/api/v1/bookings", {"hold": hold_id, "person": PERSON}, key=key)

    return run


async def _booked(client: Client, on: Ground, slot: dict[str, Any]) -> str:
    answer = await client.post("/api/v1/bookings", {"motive": on.motive, **slot, "person": PERSON})
    assert answer.status == 201, answer
    return answer.json()["id"]


def _take(on: Ground, number: int) -> list[dict[str, Any]]:
    taken, on.slots[:] = on.slots[:number], on.slots[number:]
    assert len(taken) == number, "not enough free slots"
    return taken


async def _race(
    name: str, on: Ground, attempts: Sequence[Attempt], *, count_answers: bool = False
) -> Race:
    winners: list[int] = []
    statuses: Counter[int] = Counter()
    times: list[float] = []
    for client in on.clients:
        # The server closes what lay idle while the race was prepared.
        client.close()
        await client.connect()
    for attempt in attempts:
        answers = await asyncio.gather(*(_timed(attempt, client, times) for client in on.clients))
        statuses.update(answer.status for answer in answers)
        won = [answer.body for answer in answers if answer.status < 300]
        # With one key everybody hears the same good news: what is counted is bookings.
        winners.append(len(set(won)) if count_answers else len(won))
    cuts = quantiles(times, n=100)
    return Race(
        name=name,
        clients=len(on.clients),
        rounds=len(attempts),
        winners=winners,
        statuses=dict(sorted(statuses.items())),
        server_errors=sum(count for status, count in statuses.items() if status >= 500),
        p50_ms=round(cuts[49] * 1000, 1),
        p99_ms=round(cuts[98] * 1000, 1),
    )


async def _timed(attempt: Attempt, client: Client, times: list[float]) -> Answer:
    started = time.perf_counter()
    answer = await attempt(client)
    times.append(time.perf_counter() - started)
    return answer


async def take_guard_out(address: PostgresAddress) -> None:
    """Drop the constraint that refuses the second claim, in a scratch database only."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        await connection.execute("ALTER TABLE allocation DROP CONSTRAINT allocation_no_overlap")
    finally:
        await connection.close()

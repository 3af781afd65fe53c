"""PostgreSQL killed again and again while programs book with keys and try again (R-3)."""

import asyncio
import os
import random
import signal
from collections import Counter
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from http_client import Answer, Client
from racing import PERSON
from scratch import Town, window

SECONDS_BETWEEN_KILLS = 2.5
SECONDS_BEFORE_A_RETRY = 0.1


class Kills(msgspec.Struct, frozen=True):
    """What was promised while the server died, and what was found afterwards."""

    kills: int
    clients: int
    acknowledged: int
    lost: int
    twice: int
    overlaps: int
    not_acknowledged: int
    retries: int
    statuses: dict[int, int]

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing twice, nothing overlapping, no unexpected error."""
        wrong = self.lost + self.twice + self.overlaps + self.not_acknowledged
        return not wrong and not self.statuses.get(500, 0) and self.acknowledged > 0


class Story:
    """What the clients saw."""

    def __init__(self) -> None:
        self.over = False
        self.promised: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.retries = 0


async def kill_again_and_again(
    server: EmbeddedPostgres, address: PostgresAddress, port: int, town: Town, kills: int
) -> Kills:
    """Kill the server `kills` times under load, then compare promises and rows."""
    story = Story()
    slots = await _slots(port, town)
    running = [
        asyncio.create_task(_book_on(Client(port, town.host, token), town, slots, story, seed))
        for seed, token in enumerate(town.tokens)
    ]
    for _ in range(kills):
        await asyncio.sleep(SECONDS_BETWEEN_KILLS)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
    await asyncio.sleep(SECONDS_BETWEEN_KILLS)
    story.over = True
    await asyncio.gather(*running)
    return await _compare(address, town, story, kills)


async def _slots(port: int, town: Town) -> list[dict[str, Any]]:
    async with Client(port, town.host, town.tokens[0]) as client:
        answer = await client.get(f"/api/v1/slots?motive={town.motive}&{window(60)}")
    assert answer.status == 200, answer
    return [
        {"start": slot["start"], "place": slot["place"], "agent": agent}
        for slot in answer.json()["slots"]
        for agent in slot["resources"]
    ]


async def _book_on(
    client: Client, town: Town, slots: list[dict[str, Any]], story: Story, seed: int
) -> None:
    """Book one time after the other; several clients want the same ones."""
    choice = random.Random(seed)
    while not story.over:
        key = uuid4().hex
        sent = {"motive": town.motive, **choice.choice(slots), "person": PERSON}
        answer = await _until_answered(client, sent, key, story)
        if answer.status == 201:
            story.promised[key] = answer.json()["id"]
    client.close()


async def _until_answered(client: Client, sent: object, key: str, story: Story) -> Answer:
    while True:
        try:
            answer = await client.post("/api/v1/bookings", sent, key=key)
            story.statuses[answer.status] += 1
            if answer.status < 500:
                return answer
        except ConnectionError:
            pass
        story.retries += 1
        await asyncio.sleep(SECONDS_BEFORE_A_RETRY)


async def _compare(address: PostgresAddress, town: Town, story: Story, kills: int) -> Kills:
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        rows = await connection.fetch(
            "SELECT id FROM booking WHERE tenant_id = $1 AND state = 'planned'", town.tenant.id
        )
        overlaps = await connection.fetchval(
            """
            SELECT count(*) FROM allocation a
            JOIN allocation b ON b.tenant_id = a.tenant_id AND b.resource_id = a.resource_id
                AND b.id > a.id AND b.active AND b.period && a.period
            WHERE a.tenant_id = $1 AND a.active
            """,
            town.tenant.id,
        )
    finally:
        await connection.close()
    kept = {str(row["id"]) for row in rows}
    promised = list(story.promised.values())
    return Kills(
        kills=kills,
        clients=len(town.tokens),
        acknowledged=len(promised),
        lost=len(set(promised) - kept),
        twice=len(promised) - len(set(promised)),
        overlaps=overlaps,
        not_acknowledged=len(kept - set(promised)),
        retries=story.retries,
        statuses=dict(sorted(story.statuses.items())),
    )

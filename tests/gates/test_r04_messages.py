"""R-4: Redis, the worker and the mail server fail while people book, and every mail arrives.

The bench (`make bench ARGS=deliver`) does the same with a thousand bookings and more kills.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from creneau.appointments.schemas import HoldRequest
from creneau.availability import service as availability
from creneau.availability.schemas import SlotQuery
from creneau.context import Tenant, acting_for
from creneau_infra.clock import now
from creneau_infra.mail.acknowledged import Acknowledged, once
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.transports import SmtpTransport
from creneau_infra.outbox import service as outbox
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB, make_pool
from creneau_infra.postgres.transactions import tenant_transaction
from creneau_infra.processes import inhabitants
from creneau_infra.redis import client
from creneau_infra.redis.server import EmbeddedRedis
from creneau_infra.settings import Settings

from bench import troubles
from bench.troubles import FickleServer, Troubles, Worker
from tests.databases import drop, new_database
from tests.platform.cast import furnish, new_tenant
from tests.platform.planning import open_for, soon

BOOKINGS = 48
SENDER = "Créneau <ne-pas-repondre@example.org>"


class Apart:
    """A tenant in a database of its own, so that a real worker finds nobody else's work."""

    def __init__(self, tenant: Tenant, owner_url: str, app_url: str, connection: Any) -> None:
        self.tenant = tenant
        self.owner_url = owner_url
        self.app_url = app_url
        self.connection = connection


@pytest.fixture
async def apart(
    postgres: PostgresAddress, model: str, monkeypatch: pytest.MonkeyPatch, database: object
) -> AsyncGenerator[Apart, None]:
    del database
    own = await new_database(postgres, "apart", like=model)
    pool = await make_pool(own.app_url, size=8)
    monkeypatch.setattr(DB, "pool", pool)
    connection = await asyncpg.connect(own.superuser_url)
    tenant = await new_tenant()
    with acting_for(tenant):
        yield Apart(tenant, own.owner_url, own.app_url, connection)
    await connection.close()
    await pool.close()
    await drop(postgres, "apart")


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    made = Path(tempfile.mkdtemp(prefix="creneau-r4-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
async def own_redis(folder: Path) -> AsyncGenerator[EmbeddedRedis, None]:
    server = EmbeddedRedis(folder)
    await client.connect(server.start())
    yield server
    await client.disconnect()
    server.stop()


async def wishes(number: int) -> list[HoldRequest]:
    """Open a town for so many bookings, and choose their times."""
    town = await furnish()
    for agent in (town.alice, town.bea):
        await open_for(town, agent, soon(), recurrence="FREQ=DAILY;COUNT=5")
    query = SlotQuery(
        motive_id=town.motive, starts_from=now(), starts_before=now() + timedelta(days=20)
    )
    found = [
        HoldRequest(motive_id=town.motive, starts_at=slot.starts_at, resource_id=agent)
        for slot in await availability.find_slots(query)
        for agent in slot.resource_ids
    ]
    assert len(found) >= number
    return found[:number]


@pytest.mark.feature("R-4")
@pytest.mark.feature("C-84")
async def test_whatever_fails_booking_goes_on_and_every_message_arrives_once(
    apart: Apart, own_redis: EmbeddedRedis, settings: Settings, folder: Path
) -> None:
    server = FickleServer(Acknowledged(settings.data_dir / "acknowledged"))
    async with server.open():
        environ = troubles.worker_environ(
            settings.data_dir, apart.owner_url, apart.app_url, client.url(), server.port
        )
        worker = Worker(environ, folder / "worker.log")
        story = Troubles(server, worker, own_redis, environ["CRENEAU_REDIS_URL"], apart.connection)
        chosen = await wishes(BOOKINGS)
        found = await story.play(apart.tenant.id, chosen, 1)
    assert found.holds, (found, (folder / "worker.log").read_text(encoding="utf-8")[-3000:])
    assert (found.bookings, found.kills) == (BOOKINGS, 3)
    assert found.messages >= BOOKINGS
    # A mailbox keeps one mail for each Message-ID.
    assert set(server.arrived) == set(server.acknowledged)
    assert set(found.troubles) == {"refused", "cut", "silent", "slow"}
    # Nor is anything left running once the worker has stopped.
    assert inhabitants(settings.data_dir / "postman") == []


class Delivery:
    """One piece of work that sends one mail, and a worker that dies where it is told to."""

    def __init__(self, server: FickleServer, folder: Path | None) -> None:
        self._transport = SmtpTransport(f"smtp://127.0.0.1:{server.port}?starttls=never", SENDER)
        send = self._transport.send
        self._send = send if folder is None else once(send, Acknowledged(folder))
        self.dies_after = False

    async def __call__(self, _tenant: UUID, row_id: UUID, _payload: dict[str, Any]) -> None:
        message = Message(to="a@exemple.fr", subject="A", text="A", message_id=str(row_id))
        await self._send(message)
        if self.dies_after:
            raise asyncio.CancelledError

    async def killed_after_the_answer(self, tenant_id: UUID) -> None:
        """Be killed after the server's word, before the database hears of it."""
        self.dies_after = True
        with pytest.raises(asyncio.CancelledError):
            await outbox.deliver_due({"mail": self}, tenant_id)
        self.dies_after = False
        await self._transport.close()
        await make_due(tenant_id)

    async def work(self, tenant_id: UUID) -> None:
        await outbox.deliver_due({"mail": self}, tenant_id)
        await self._transport.close()
        await make_due(tenant_id)


async def make_due(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        lapsed = "UPDATE outbox SET lease_until = NULL, due_at = now() WHERE done_at IS NULL"
        await tx.execute(lapsed)


@pytest.fixture
async def put(database: object, tenant: Tenant) -> UUID:
    del database
    async with tenant_transaction(tenant.id) as tx:
        await outbox.put(tx, "mail", {}, key="a", lane="message")
    return tenant.id


@pytest.mark.parametrize(("noted", "times"), [(True, 1), (False, 2)])
async def test_what_was_acknowledged_is_not_sent_again_because_it_was_noted_at_once(
    put: UUID, folder: Path, *, noted: bool, times: int
) -> None:
    server = FickleServer(Acknowledged(folder))
    async with server.open():
        delivery = Delivery(server, folder if noted else None)
        await delivery.killed_after_the_answer(put)
        await delivery.work(put)
    # Without the note it is sent twice: the gate can fail.
    assert list(server.acknowledged.values()) == [times]
    assert (await outbox.backlog(put)).due == 0


async def test_what_nobody_acknowledged_is_sent_again_with_the_same_message_id(
    put: UUID, folder: Path
) -> None:
    server = FickleServer(Acknowledged(folder))
    async with server.open():
        delivery = Delivery(server, folder)
        for mood in ("refusing", "cutting", "silent", "well", "well"):
            server.mood = mood
            await delivery.work(put)
    assert list(server.arrived.values()) == [2]
    assert list(server.acknowledged.values()) == [1]
    assert server.troubles == {"refused": 1, "cut": 1, "silent": 1}


async def test_a_goodbye_that_fails_does_not_undo_what_was_acknowledged(
    put: UUID, folder: Path
) -> None:
    class Rude(FickleServer):
        async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
            await super()._take(reader, writer)
            return False

    server = Rude(Acknowledged(folder))
    async with server.open():
        delivery = Delivery(server, folder)
        await delivery.work(put)
        await delivery.work(put)
    assert list(server.acknowledged.values()) == [1]

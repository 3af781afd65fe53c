"""The worker of the product tells receivers, whoever else takes their time, with Redis and without."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from creneau.appointments.schemas import ConfirmRequest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.people.schemas import Identity
from creneau.testing.factories import new_booking, new_town
from creneau.webhooks import service as webhooks
from creneau.webhooks.rules import CHOICES
from creneau.webhooks.schemas import EndpointDraft
from creneau_infra import outgoing
from creneau_infra.redis import client
from creneau_infra.redis.server import EmbeddedRedis
from creneau_web import outbox
from creneau_web.app import Application

from tests.platform.webhooks.receiver import Receiver, receiving

ZOE = ConfirmRequest(
    identity=Identity(first_name="Zoé", last_name="Petit", email="zoe@example.org"),
    email_proven=True,
    instructions_accepted=True,
)


@asynccontextmanager
async def working(app: Application) -> AsyncGenerator[None, None]:
    stop = asyncio.Event()
    task = asyncio.create_task(outbox.work(app.settings, stop))
    try:
        yield
    finally:
        stop.set()
        await task


@pytest.fixture
async def pair(app: Application) -> AsyncGenerator[tuple[Receiver, Receiver], None]:
    async with receiving() as one, receiving() as other:
        hosts = tuple(f"127.0.0.1:{made.port}" for made in (one, other))
        outgoing.configure(msgspec.structs.replace(app.settings, outgoing_private_hosts=hosts))
        yield one, other
        outgoing.configure(app.settings)


async def tell(receiver: Receiver) -> None:
    await webhooks.create(EndpointDraft(address=receiver.local, events=CHOICES), SYSTEM)


async def mails_sent() -> int:
    async with tenant_transaction() as tx:
        return await tx.value(
            "SELECT count(*) FROM outbox WHERE kind LIKE 'mail.%' AND done_at IS NOT NULL"
        )


async def test_a_silent_receiver_holds_up_neither_mails_nor_another_tenant(
    app: Application,
    tenant: Tenant,
    other_tenant: Tenant,
    pair: tuple[Receiver, Receiver],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent, quick = pair
    silent.silent = True
    # However slow the machine is: whoever waited for it would wait longer.
    monkeypatch.setattr(outgoing, "SECONDS", 120.0)
    town = await new_town()
    await tell(silent)
    async with working(app):
        for _ in range(6):
            await new_booking(town)
        await silent.asked.wait()
        waiting_since = asyncio.get_running_loop().time()
        with acting_for(other_tenant):
            await tell(quick)
            await new_booking(await new_town())
        await quick.asked.wait()
        await new_booking(town, ZOE)
        with acting_for(tenant):
            while not await mails_sent():
                assert asyncio.get_running_loop().time() - waiting_since < outgoing.SECONDS
        assert len(quick.received) == 1
        silent.silent = False


async def test_receivers_are_told_with_redis_and_after_it_has_died(
    app: Application, tenant: Tenant, pair: tuple[Receiver, Receiver]
) -> None:
    del tenant
    receiver, _other = pair
    town = await new_town()
    await tell(receiver)
    server = EmbeddedRedis(Path(app.settings.data_dir) / "dying")
    url = server.start()
    assert url is not None
    await client.connect(url)
    try:
        async with working(app):
            await new_booking(town)
            await receiver.asked.wait()
            receiver.asked.clear()
            server.stop()
            await new_booking(town)
            await receiver.asked.wait()
    finally:
        server.stop()
        await client.disconnect()
    assert [one.told["type"] for one in receiver.received] == ["booking.created"] * 2

"""R-3: PostgreSQL is killed while clients book with idempotency keys and try again."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import SlotTaken
from creneau.appointments.schemas import Booking, ConfirmRequest
from creneau.context import VISITOR, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.idempotency.schemas import Once
from creneau.people.schemas import Identity
from creneau_infra.postgres.embedded import EmbeddedPostgres
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_infra.postgres.migrations import migrate

from tests.conftest import MIGRATION_APPS
from tests.platform.cast import Town, furnish, new_tenant
from tests.platform.planning import open_for, soon, wish

KILLS = 2
CLIENTS = 8
BETWEEN_KILLS = 12
PARIS = ZoneInfo("Europe/Paris")


class Mortal:
    """A server of our own that can be killed, and counts what was acknowledged meanwhile."""

    def __init__(self, server: EmbeddedPostgres, tenant: Tenant) -> None:
        self.server = server
        self.tenant = tenant
        self.acknowledged: dict[str, Booking] = {}
        self.kills = 0
        self.up = asyncio.Event()
        self.up.set()
        self.enough = asyncio.Event()

    async def kill(self) -> None:
        """Kill the server as a failing machine would, and start it again."""
        self.kills += 1
        self.up.clear()
        self.enough.clear()
        assert self.server.pid is not None
        os.kill(self.server.pid, signal.SIGKILL)
        await asyncio.to_thread(self.server.stop)
        await asyncio.to_thread(self.server.start)
        self.up.set()

    def acknowledge(self, key: str, booking: Booking) -> None:
        """Note an answer; enough of them bring the next kill."""
        self.acknowledged[key] = booking
        if len(self.acknowledged) >= BETWEEN_KILLS * (self.kills + 1):
            self.enough.set()


@pytest.fixture
def server() -> Generator[EmbeddedPostgres, None, None]:
    folder = Path(tempfile.mkdtemp(prefix="creneau-r3-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
async def mortal(server: EmbeddedPostgres, database: object) -> AsyncGenerator[Mortal, None]:
    del database
    address = server.address()
    assert address is not None
    await migrate(address.owner_url, MIGRATION_APPS)
    kept, DB.pool = DB.pool, None
    await DB.start_pool(address.app_url, size=CLIENTS)
    tenant = await new_tenant()
    with acting_for(tenant):
        yield Mortal(server, tenant)
    await DB.stop_pool()
    DB.pool = kept


async def book_until_told(mortal: Mortal, town: Town, number: int, moment: datetime) -> None:
    """Book one time, and ask again with the same key until somebody answers."""
    key = f"client {number} at {moment.isoformat()}"
    person = Identity(first_name="Jeanne", last_name=f"Dupont {number}", email="j@exemple.fr")
    request = ConfirmRequest(identity=person, email_proven=True)
    while True:
        try:
            once = Once(key, key.encode())
            booking = await appointments.book(wish(town, moment), request, VISITOR, once)
        except DatabaseUnavailableError:
            await mortal.up.wait()
        except SlotTaken:
            return
        else:
            mortal.acknowledge(key, booking)
            return


async def client(mortal: Mortal, town: Town, number: int, moments: list[datetime]) -> None:
    for moment in moments:
        await book_until_told(mortal, town, number, moment)


async def killer(mortal: Mortal) -> None:
    for _ in range(KILLS):
        await mortal.enough.wait()
        await mortal.kill()


@pytest.mark.feature("R-3")
async def test_nothing_acknowledged_is_lost_and_nothing_is_booked_twice(mortal: Mortal) -> None:
    town = await furnish()
    await open_for(town, town.alice, soon(), recurrence="FREQ=DAILY;COUNT=12")
    day = soon()
    first = datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)
    moments = [
        first + timedelta(days=days, minutes=30 * number)
        for days in range(12)
        for number in range(6)
    ]
    clients = [client(mortal, town, number, moments) for number in range(CLIENTS)]
    await asyncio.gather(killer(mortal), *clients)
    assert mortal.kills == KILLS
    agenda = await appointments.agenda([town.alice], first, first + timedelta(days=13))
    assert Counter(entry.starts_at for entry in agenda) == Counter(moments)
    assert {entry.id for entry in agenda} == {
        booking.id for booking in mortal.acknowledged.values()
    }
    async with tenant_transaction() as tx:
        kept = "SELECT count(*) FROM idempotency WHERE tenant_id = $1 AND answer IS NOT NULL"
        assert await tx.value(kept, tx.tenant_id) == len(moments)

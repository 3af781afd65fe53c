"""The servers that the whole suite runs on: PostgreSQL and Redis, real ones, in a folder of ours.

Each process of a parallel run (`pytest -n auto --dist loadfile`) has its own of each.
"""

import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from creneau.agents import passwords
from creneau.i18n import current_locale
from creneau_infra import sealing
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.migrations import migrate
from creneau_infra.redis import client
from creneau_infra.redis.server import EmbeddedRedis
from creneau_infra.settings import Settings, load
from creneau_infra.sms import phone
from creneau_web.migrations import migration_apps
from redis.asyncio import Redis

from tests import days
from tests.databases import new_database
from tests.web.stage import app

__all__ = ["app"]

MIGRATION_APPS = migration_apps()
AS_SERVED = passwords.HASHER
IMPATIENT = (
    "creneau_infra.health.SECONDS_TO_ANSWER",
    "creneau_infra.postgres.engine.SECONDS_TO_WAIT_FOR_A_CONNECTION",
    "creneau_infra.redis.client.SECONDS_TO_ANSWER",
    "creneau_infra.redis.client.SECONDS_TO_CONNECT",
    "creneau_infra.redis.server.SECONDS_TO_START",
    "creneau_infra.redis.versions.SECONDS_TO_ANSWER",
)
"""Limits that keep somebody from waiting where a server is away, all of them in seconds."""


LONGEST = (
    "tests/e2e/test_every_page.py",
    "tests/e2e/",
    "tests/gates/",
    "tests/plugins/test_template.py",
    "tests/web/test_cli.py",
    "tests/infra/",
    "tests/plugins/",
    "tests/web/demo/",
)
"""Files that take long come first, so that no process is left with one when the others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; the rest stays in the order of the folders."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    starts = (number for number, start in enumerate(LONGEST) if nodeid.startswith(start))
    return next(starts, len(LONGEST))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Note the day before the first fixture asks for it."""
    days.begin()


@pytest.fixture(scope="session", autouse=True)
def patience() -> Generator[None, None, None]:
    """Give the servers of this machine all the time they need: it may be busy, and they are there."""
    with pytest.MonkeyPatch.context() as suite:
        for limit in IMPATIENT:
            suite.setattr(limit, 60.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Generator[None, None, None]:
    """Hash passwords with little work: the suite would spend much of its time on it."""
    with pytest.MonkeyPatch.context() as suite:
        suite.setattr(passwords, "HASHER", PasswordHasher(1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def passwords_as_served(monkeypatch: pytest.MonkeyPatch) -> Generator[None, None, None]:
    """Hash passwords with all the work that they cost where people sign in."""
    monkeypatch.setattr(passwords, "HASHER", AS_SERVED)
    passwords.hash_of_nobody.cache_clear()
    yield
    passwords.hash_of_nobody.cache_clear()


@pytest.fixture(autouse=True)
def in_french() -> Generator[None, None, None]:
    """Begin in French, whatever language a longer fixture's page was in."""
    token = current_locale.set("fr")
    yield
    current_locale.reset(token)


@pytest.fixture(scope="session")
def data_dir() -> Generator[Path, None, None]:
    """Give a folder that the servers' own user can enter, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="creneau-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server(data_dir: Path) -> Generator[EmbeddedPostgres, None, None]:
    server = EmbeddedPostgres(data_dir, durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres(postgres_server: EmbeddedPostgres) -> PostgresAddress:
    address = postgres_server.address()
    assert address is not None
    return address


@pytest.fixture(scope="session")
def postgres_log(postgres_server: EmbeddedPostgres) -> Path:
    return postgres_server.log_path


@pytest.fixture(scope="session")
async def model(postgres: PostgresAddress) -> str:
    """Name a migrated database in which nobody works: a copy of it is quicker than to migrate anew."""
    made = await new_database(postgres, "model")
    await migrate(made.owner_url, MIGRATION_APPS)
    return "model"


@pytest.fixture(scope="session")
async def migrated(postgres: PostgresAddress) -> PostgresAddress:
    """Give the addresses once the schema is there."""
    await migrate(postgres.owner_url, MIGRATION_APPS)
    return postgres


@pytest.fixture(scope="session")
async def database(
    migrated: PostgresAddress, settings: Settings
) -> AsyncGenerator[PostgresAddress, None]:
    """Connect this process as the serving role; `tenant_transaction()` works from here on."""
    sealing.configure(settings)
    phone.configure(settings)
    await DB.start_pool(migrated.app_url, size=10)
    yield migrated
    await DB.stop_pool()


@pytest.fixture(scope="session")
def redis_url(data_dir: Path) -> Generator[str, None, None]:
    server = EmbeddedRedis(data_dir)
    url = server.start()
    assert url is not None, "no Redis program on this machine"
    yield url
    server.stop()


@pytest.fixture
async def redis(redis_url: str) -> AsyncGenerator[Redis, None]:
    """Connect this process to an empty Redis; without this fixture it works without one."""
    held = await client.connect(redis_url)
    assert held is not None
    await held.flushall()
    yield held
    await client.disconnect()


@pytest.fixture(scope="session")
def settings(data_dir: Path) -> Settings:
    return load({"CRENEAU_ENVIRONMENT": "test", "CRENEAU_DATA_DIR": str(data_dir)})


@pytest.fixture
def tenant_id() -> UUID:
    """Name a tenant that no other test knows; nothing of it is in the database yet."""
    return uuid4()

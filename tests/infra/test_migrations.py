import asyncio
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.errors import OutsideTransactionError
from creneau_infra.postgres.migrations import migrate, run_script

from tests.infra.conftest import PROBE_APP, new_database

APP = """
from pathlib import Path
from piccolo.conf.apps import AppConfig
APP_CONFIG = AppConfig("{name}", str(Path(__file__).parent / "migrations"))
"""
MIGRATION = """
from creneau_infra.postgres.migrations import run_script
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
ID = "{id}"
async def forwards():
    manager = MigrationManager(migration_id=ID, wrap_in_transaction={wrapped})
    async def change():
        await run_script({sql!r})
    manager.add_raw(change)
    return manager
"""


@pytest.fixture
async def fresh(postgres: PostgresAddress) -> PostgresAddress:
    return await new_database(postgres, f"fresh_{uuid4().hex}")


def write_app(folder: Path, name: str, **migrations: str) -> str:
    """Write an app whose migrations are these scripts, by id, and give its module's name."""
    (folder / name / "migrations").mkdir(parents=True, exist_ok=True)
    (folder / name / "app.py").write_text(APP.format(name=name))
    for number, sql in migrations.items():
        text = MIGRATION.format(id=number, sql=sql, wrapped="CONCURRENTLY" not in sql)
        (folder / name / "migrations" / f"{number}.py").write_text(text)
    return f"{name}.app"


async def ask(address: PostgresAddress, sql: str) -> object:
    connection = await asyncpg.connect(address.owner_url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_the_first_run_does_everything_and_the_second_nothing(
    fresh: PostgresAddress,
) -> None:
    assert await migrate(fresh.owner_url, [PROBE_APP]) == ["probe/0001"]
    assert await migrate(fresh.owner_url, [PROBE_APP]) == []


async def test_two_at_once_are_one_that_migrates_and_one_that_waits(
    fresh: PostgresAddress,
) -> None:
    ran = await asyncio.gather(*(migrate(fresh.owner_url, [PROBE_APP]) for _ in range(3)))
    assert sorted(ran) == [[], [], ["probe/0001"]]


async def test_apps_run_in_their_order_even_when_their_files_share_a_name(
    fresh: PostgresAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    first = write_app(tmp_path, "order_first", m1="CREATE TABLE one (id int)", m2="SELECT 1")
    second = write_app(tmp_path, "order_second", m1="ALTER TABLE one ADD COLUMN two int")
    ran = await migrate(fresh.owner_url, [first, second])
    assert ran == ["order_first/m1", "order_first/m2", "order_second/m1"]
    write_app(tmp_path, "order_first", m3="ALTER TABLE one ADD COLUMN three int")
    assert await migrate(fresh.owner_url, [first, second]) == ["order_first/m3"]


async def test_a_migration_that_fails_leaves_nothing_of_itself(
    fresh: PostgresAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    good, bad = "CREATE TABLE kept (id int)", "CREATE TABLE lost (id int); SELECT 1 / 0"
    app = write_app(tmp_path, "failing", m1=good, m2=bad)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(fresh.owner_url, [app])
    assert await ask(fresh, "SELECT to_regclass('kept') IS NOT NULL") is True
    assert await ask(fresh, "SELECT to_regclass('lost') IS NULL") is True
    write_app(tmp_path, "failing", m2="CREATE TABLE lost (id int)")
    assert await migrate(fresh.owner_url, [app]) == ["failing/m2"]


async def test_an_index_can_be_made_without_stopping_writers(
    fresh: PostgresAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    index = "CREATE INDEX CONCURRENTLY one_id ON one (id)"
    app = write_app(tmp_path, "unhurried", m1="CREATE TABLE one (id int)", m2=index)
    assert await migrate(fresh.owner_url, [app]) == ["unhurried/m1", "unhurried/m2"]
    assert await ask(fresh, "SELECT to_regclass('one_id') IS NOT NULL") is True


async def test_a_migration_that_meets_a_lock_steps_back_and_comes_again(
    fresh: PostgresAddress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("creneau_infra.postgres.migrations.LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr("creneau_infra.postgres.migrations.SECONDS_BETWEEN_TRIES", 0.1)
    app = write_app(tmp_path, "locked", m1="CREATE TABLE busy (id int)")
    await migrate(fresh.owner_url, [app])
    write_app(tmp_path, "locked", m2="ALTER TABLE busy ADD COLUMN more int")
    holder = await asyncpg.connect(fresh.owner_url)
    await holder.execute("BEGIN; LOCK TABLE busy IN ACCESS SHARE MODE")
    task = asyncio.create_task(migrate(fresh.owner_url, [app]))
    waits = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'relation'"
    while "migration_waits" not in caplog.text + capsys.readouterr().out:
        await holder.fetchval(waits)
    await holder.execute("COMMIT")
    await holder.close()
    assert await task == ["locked/m2"]


async def test_the_application_may_use_what_the_owner_makes_and_not_change_it(
    fresh: PostgresAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    script = "CREATE SCHEMA extra; CREATE TABLE extra.note (id bigserial, text text)"
    await migrate(fresh.owner_url, [write_app(tmp_path, "granting", m1=script)])
    app = await asyncpg.connect(fresh.app_url)
    assert await app.execute("INSERT INTO extra.note (text) VALUES ('x')") == "INSERT 0 1"
    assert await app.execute("DELETE FROM extra.note") == "DELETE 1"
    for refused in ("DROP TABLE extra.note", "CREATE TABLE extra.mine (id int)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(refused)
    await app.close()


async def test_the_extensions_are_there(fresh: PostgresAddress) -> None:
    await migrate(fresh.owner_url, [])
    sql = "SELECT count(*) FROM pg_extension WHERE extname IN ('btree_gist','pg_trgm','unaccent')"
    assert await ask(fresh, sql) == 3


async def test_scripts_run_in_migrations_only() -> None:
    with pytest.raises(OutsideTransactionError):
        await run_script("SELECT 1")

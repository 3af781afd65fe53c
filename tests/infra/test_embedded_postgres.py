import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import asyncpg
import pytest
from creneau_infra import processes
from creneau_infra.errors import ServerRefused
from creneau_infra.postgres import binaries
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress

START_AND_STAY = """
import sys
from pathlib import Path
from creneau_infra.postgres.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


def folder_for_servers() -> Path:
    """Make a short folder that the servers' own user can enter, unlike pytest's."""
    made = Path(tempfile.mkdtemp(prefix="creneau-pg-"))
    made.chmod(0o755)
    return made


@pytest.fixture(scope="module")
def folder() -> Generator[Path, None, None]:
    """Give one folder to all tests here: a first start takes ten times as long as a second."""
    made = folder_for_servers()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def empty_folder() -> Generator[Path, None, None]:
    made = folder_for_servers()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def server(folder: Path) -> Generator[EmbeddedPostgres, None, None]:
    made = EmbeddedPostgres(folder / "data", durable=False)
    yield made
    made.stop()


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def be_killed_while_serving(folder: Path) -> int:
    """Start a server from a process that is then killed; give what tells the server's end."""
    with subprocess.Popen(  # noqa: S603 - this test's own script
        [sys.executable, "-c", START_AND_STAY, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline())
        assert processes.lives_in(pid, folder / "postgres" / "cluster")
        server_process = os.pidfd_open(pid)
        supervisor.kill()
    return server_process


async def test_it_starts_with_an_owner_and_an_application_that_owns_nothing(
    server: EmbeddedPostgres,
) -> None:
    address = server.start()
    assert str(await ask(address.app_url, "SHOW server_version")).startswith("18")
    assert await ask(address.owner_url, "SELECT current_user::text") == "creneau_owner"
    assert await ask(address.app_url, "SELECT current_user::text") == "creneau_app"
    owner = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = 'creneau'"
    assert await ask(address.app_url, owner) == "creneau_owner"
    free = """
    SELECT count(*) FROM pg_roles WHERE rolname LIKE 'creneau%'
    AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
    """
    assert await ask(address.app_url, free) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(address.app_url, "CREATE TABLE mine (id int)")


async def test_nobody_comes_in_without_a_password_or_by_the_network(
    server: EmbeddedPostgres,
) -> None:
    address = server.start()
    password = address.app_url.partition("creneau_app:")[2].partition("@")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(address.app_url.replace(password, "guess"), "SELECT 1")
    assert await ask(address.superuser_url, "SHOW listen_addresses") == ""
    assert (server.home / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert (server.home / "run").stat().st_mode & 0o777 == 0o700
    assert (server.home / "cluster").stat().st_mode & 0o777 == 0o700


async def test_a_second_start_finds_the_data(server: EmbeddedPostgres) -> None:
    first = server.start()
    await ask(first.owner_url, "CREATE TABLE kept AS SELECT 1 AS id")
    pid = server.pid
    assert pid is not None
    server.stop()
    assert processes.inhabitants(server.home / "cluster") == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert server.start() == first
    assert await ask(first.owner_url, "SELECT id FROM kept") == 1


async def test_stopping_twice_or_before_the_start_is_fine(server: EmbeddedPostgres) -> None:
    server.stop()
    server.start()
    server.stop()
    server.stop()
    assert server.pid is None


async def test_another_process_learns_the_address_while_it_runs(
    server: EmbeddedPostgres, folder: Path
) -> None:
    other = EmbeddedPostgres(folder / "data")
    assert other.address() is None
    address = server.start()
    assert other.address() == address
    server.stop()
    assert other.address() is None


async def test_a_folder_in_use_is_refused(server: EmbeddedPostgres, folder: Path) -> None:
    address = server.start()
    with pytest.raises(ServerRefused) as caught:
        EmbeddedPostgres(folder / "data").start()
    assert "already in use" in caught.value.english
    assert str(folder) in caught.value.french
    assert await ask(address.app_url, "SELECT 1") == 1


async def test_data_of_another_major_version_is_refused(
    server: EmbeddedPostgres, folder: Path
) -> None:
    server.start()
    server.stop()
    version = server.home / "cluster" / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(ServerRefused) as caught:
        server.start()
    assert "PostgreSQL 15" in caught.value.french
    assert f"PostgreSQL {binaries.MAJOR}" in caught.value.english
    version.write_text(f"{binaries.MAJOR}\n")
    server.start()
    assert str(folder) in str(server.home)


def test_a_folder_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(ServerRefused) as caught:
        EmbeddedPostgres(Path("/proc/nowhere")).start()
    assert "/proc/nowhere" in caught.value.french
    assert "cannot be written" in caught.value.english


def test_lost_passwords_are_told(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    passwords = server.home / "passwords.json"
    kept = passwords.rename(passwords.with_suffix(".kept"))
    with pytest.raises(ServerRefused, match=r"passwords\.json"):
        server.start()
    kept.rename(passwords)


async def test_a_server_that_was_killed_starts_again(server: EmbeddedPostgres) -> None:
    first = server.start()
    await ask(first.owner_url, "CREATE TABLE survivor AS SELECT 1 AS id")
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    server.stop()
    assert server.start() == first
    assert await ask(first.owner_url, "SELECT id FROM survivor") == 1


async def test_a_stale_pid_that_is_now_somebody_elses_is_no_obstacle(
    server: EmbeddedPostgres,
) -> None:
    address = server.start()
    server.stop()
    (server.home / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert server.start() == address


async def test_a_killed_supervisor_is_followed_by_the_next(
    server: EmbeddedPostgres, folder: Path
) -> None:
    os.close(be_killed_while_serving(folder / "data"))
    address = server.start()
    assert await ask(address.app_url, "SELECT 1") == 1


def test_a_supervisor_that_was_killed_leaves_no_server_behind(
    server: EmbeddedPostgres, folder: Path
) -> None:
    server_process = be_killed_while_serving(folder / "data")
    assert select.select([server_process], [], [], 20) == ([server_process], [], [])
    os.close(server_process)
    assert server.pid is None


async def test_half_a_first_start_is_begun_anew(empty_folder: Path) -> None:
    server = EmbeddedPostgres(empty_folder, durable=False)
    processes.make_folder(server.home / "cluster.unfinished" / "base")
    server.start()
    (server.home / "bootstrapped").unlink()
    server.stop()
    address = server.start()
    assert await ask(address.app_url, "SELECT 1") == 1
    assert not (server.home / "cluster.unfinished").exists()
    server.stop()


async def test_a_folder_too_deep_for_a_socket_gets_a_short_one(empty_folder: Path) -> None:
    server = EmbeddedPostgres(empty_folder / ("deep" * 30), durable=False)
    address = server.start()
    sockets = processes.short_folder(server.home / "run")
    assert await ask(address.app_url, "SELECT 1") == 1
    assert sockets.stat().st_mode & 0o777 == 0o700
    server.stop()
    sockets.rmdir()


async def test_a_short_folder_of_somebody_else_is_refused(folder: Path) -> None:
    server = EmbeddedPostgres(folder / ("deep" * 30), durable=False)
    sockets = processes.short_folder(server.home / "run")
    sockets.mkdir()
    sockets.chmod(0o777)
    with pytest.raises(ServerRefused, match=str(sockets)):
        server.start()
    sockets.rmdir()


async def test_a_closed_folder_is_left_as_it_is(
    empty_folder: Path, postgres: PostgresAddress
) -> None:
    """Root's home is such a folder: the server's own user cannot enter it."""
    closed = empty_folder / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "data", durable=False)
    address = server.start()
    assert address != postgres
    assert await ask(address.app_url, "SELECT 1") == 1
    server.stop()
    assert closed.stat().st_mode & 0o777 == 0o700
    if os.geteuid() == 0:
        assert server.notice is not None
        assert str(server.home) in server.notice.french
        shutil.rmtree(server.home.parent)
    else:
        assert server.notice is None

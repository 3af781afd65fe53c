"""The command line as a user meets it: one clear sentence, and nothing left running."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from creneau_infra.redis.server import EmbeddedRedis
from creneau_infra.settings import Settings
from creneau_web.cli.servers import shared_servers

from tests.ports import free_port

CRENEAU = Path(sys.executable).with_name("creneau")
PATIENCE = 90.0


@pytest.fixture(scope="module")
def folder() -> Generator[Path, None, None]:
    """Give a folder that the servers' own user can enter."""
    made = Path(tempfile.mkdtemp(prefix="creneau-cli-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRENEAU_")}
    return {**kept, "CRENEAU_DATA_DIR": str(folder / "data"), "LC_ALL": "fr_FR.UTF-8"}


def creneau(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [CRENEAU, *arguments],
        env={**environment(folder), **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Demo:
    """A demo that runs beside the test; `said` is what was heard of it so far."""

    def __init__(self, folder: Path, port: int, *arguments: str) -> None:
        self.port = port
        self.said = ""
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [CRENEAU, "demo", "--port", str(port), *arguments],
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def hear(self, sentence: str) -> None:
        """Hear the demo out until it says a sentence, and fail if it ends before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if sentence in line:
                return
        raise AssertionError(self.said)

    def first_page(self) -> None:
        """Wait until the first page is answered."""
        self.hear("Ctrl-C arrête tout")
        assert self.get("/") == 200

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Host": f"ville.localhost:{self.port}"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        last, _nothing = self.process.communicate(timeout=PATIENCE)
        self.said += last
        return self.process.returncode


def processes_of(folder: Path) -> list[str]:
    found: list[str] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found


def test_the_demo_fills_serves_stops_and_starts_again(folder: Path, port: int) -> None:
    first = Demo(folder, port)
    first.first_page()
    for slug in ("ville", "departement", "campus", "numerique"):
        assert f"http://{slug}.localhost:{port}/" in first.said
    assert f"http://localhost:{port}/_mailbox" in first.said
    second = creneau(folder, "demo", "--port", str(port))
    assert (second.returncode, second.stderr.count("\n")) == (1, 1)
    assert f"Le port {port} n’est pas libre" in second.stderr
    reset = creneau(folder, "demo", "--reset", "--port", str(port + 1))
    assert reset.returncode == 1
    assert "est en marche" in reset.stderr
    assert creneau(folder, "tenant", "suspend", "ville").returncode == 0
    assert "suspended" in creneau(folder, "tenant", "list").stdout
    assert creneau(folder, "tenant", "resume", "ville").returncode == 0
    listed = creneau(folder, "tenant", "list").stdout
    assert "ville" in listed
    assert "suspended" not in listed
    planning = creneau(folder, "planning", "rebuild", "--check", "--tenant", "ville")
    assert planning.returncode == 0, planning.stdout
    assert "occurrences manquantes : 0, en trop : 0" in planning.stdout
    token = creneau(folder, "token", "create", "--tenant", "ville", "--scope", "motives:read")
    assert len(token.stdout.strip()) == 43
    assert creneau(folder, "secrets", "rotate").stdout.startswith("Secrets scellés")
    rescued = creneau(folder, "sign-on", "passwords", "ville")
    assert "n’était pas fermée" in rescued.stdout
    lost = ("agent", "reset-factor", "ville", "administration@ville.example")
    assert creneau(folder, *lost).returncode == 0
    assert "Aucun agent" in creneau(folder, *lost[:3], "nobody@ville.example").stderr
    assert "Rien n’est mis de côté" in creneau(folder, "outbox", "list").stdout
    looked = creneau(folder, "doctor")
    assert (looked.returncode, looked.stderr) == (0, ""), looked.stdout
    assert "L’historique de « ville » est intact" in looked.stdout
    nothing = creneau(folder, "outbox", "retry", "ville", "--all")
    assert (nothing.returncode, nothing.stdout) == (1, "Envois repris : 0.\n")
    assert first.stop() == 0
    assert processes_of(folder) == []
    again = Demo(folder, port)
    again.first_page()
    assert again.stop(signal.SIGTERM) == 0
    assert "Premier démarrage" not in again.said
    assert processes_of(folder) == []


def test_a_demo_is_stopped_while_it_fills_too(folder: Path, port: int) -> None:
    interrupted = Demo(folder, port, "--reset")
    interrupted.hear("Premier démarrage")
    assert interrupted.stop() == 0
    assert processes_of(folder) == []


def test_a_demo_that_is_half_there_says_how_to_go_on(folder: Path, port: int) -> None:
    elsewhere = {"CRENEAU_DATA_DIR": str(folder / "half")}
    assert creneau(folder, "migrate", **elsewhere).returncode == 0
    assert creneau(folder, "tenant", "create", "ville", "Ville", **elsewhere).returncode == 0
    refused = creneau(folder, "demo", "--port", str(port), **elsewhere)
    assert refused.returncode == 1
    assert "--reset" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_data_of_another_version_is_left_alone(folder: Path, port: int) -> None:
    cluster = folder / "data" / "postgres" / "cluster"
    (cluster / "PG_VERSION").write_text("16\n", encoding="utf-8")
    refused = creneau(folder, "demo", "--port", str(port))
    assert refused.returncode == 1
    assert "16" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_folder_that_cannot_be_used_is_named(folder: Path, port: int) -> None:
    (folder / "file").write_text("", encoding="utf-8")
    wrong = str(folder / "file" / "data")
    refused = creneau(folder, "demo", "--port", str(port), CRENEAU_DATA_DIR=wrong)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert str(folder / "file") in refused.stderr


def test_what_is_mistyped_is_told_in_the_terminals_language(folder: Path) -> None:
    french = creneau(folder, "demo", CRENEAU_PROT="8000")
    english = creneau(folder, "demo", CRENEAU_PROT="8000", LC_ALL="en_GB.UTF-8")
    assert "CRENEAU_PROT est inconnue" in french.stderr
    assert "CRENEAU_PROT is unknown" in english.stderr
    assert (french.returncode, english.returncode) == (1, 1)


def test_a_command_joins_the_redis_that_a_server_runs_whichever_postgresql_it_has(
    folder: Path,
) -> None:
    data = folder / "elsewhere"
    running = EmbeddedRedis(data)
    url = running.start()
    named = "postgresql://creneau@127.0.0.1:1/creneau"
    try:
        settings = Settings(data_dir=data, postgres_url=named, postgres_app_url=named)
        with shared_servers(settings) as found:
            assert (found.postgres_url, found.redis_url) == (named, url)
        other = "redis://127.0.0.1:1"
        chosen = Settings(data_dir=data, postgres_url=named, redis_url=other)
        with shared_servers(chosen) as found:
            assert found.redis_url == other
    finally:
        running.stop()

import shutil
import signal
import subprocess
import time
from pathlib import Path

import msgspec

from creneau_infra import processes
from creneau_infra.errors import ServerRefused
from creneau_infra.postgres.binaries import MAJOR
from creneau_infra.processes import ServiceUser

PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
LARGEST_LOG = 10_000_000
STATE_LINE = 8
SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 60.0
SECONDS_FOR_LEFTOVERS = 10.0
FAST_SHUTDOWN = signal.SIGINT


class Cluster(msgspec.Struct, frozen=True):
    """A data directory of PostgreSQL with the programs that work on it."""

    folder: Path
    user: ServiceUser | None
    log: Path

    def check_version(self) -> None:
        """Refuse data of another major version.

        Raises:
            ServerRefused: The data is not of the version that we bring.
        """
        file = self.folder / "PG_VERSION"
        found = file.read_text(encoding="ascii").strip() if file.exists() else MAJOR
        if found != MAJOR:
            raise ServerRefused(
                f"{self.folder} contient des données de PostgreSQL {found}, or cette version de"
                f" Créneau apporte PostgreSQL {MAJOR} : choisissez un autre dossier, ou"
                f" sauvegardez avec la version {found} puis restaurez.",
                f"{self.folder} holds data of PostgreSQL {found}, and this version of Créneau"
                f" brings PostgreSQL {MAJOR}: choose another folder, or back up with version"
                f" {found} and restore.",
            )

    def make(self, programs: Path, superuser_password: str, scratch: Path) -> None:
        """Make the data directory if there is none; half a one is never left under its name.

        Raises:
            ServerRefused: `initdb` failed; the sentence carries its last line.
        """
        if self.folder.exists():
            return
        aside = self.folder.with_name("cluster.unfinished")
        shutil.rmtree(aside, ignore_errors=True)
        processes.make_folder(aside, 0o700, self.user)
        password = scratch / "password"
        try:
            _write_private(password, superuser_password, self.user)
            self._run(programs / "initdb", *_INITDB, f"--pwfile={password}", "-D", str(aside))
        finally:
            password.unlink(missing_ok=True)
        with (aside / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write("\ninclude_if_exists 'creneau.conf'\n")
        aside.rename(self.folder)

    def configure(self, sockets: Path, *, durable: bool) -> None:
        """Write our settings, which hold from the next start."""
        text = _CONFIGURATION.format(sockets=str(sockets).replace("'", "''"))
        if not durable:
            text += "fsync = off\nfull_page_writes = off\n"
        _write_private(self.folder / "creneau.conf", text, self.user)

    def _turn_log(self) -> None:
        """Set the server's log aside when it has grown large, and hand it to the server."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        processes.give_to(self.log, self.user)

    def launch(self, programs: Path) -> subprocess.Popen[bytes]:
        """Start the server and wait until it accepts connections, its recovery included.

        It is a child of ours, in a session of its own: Ctrl-C in a terminal does not reach it.

        Raises:
            ServerRefused: It did not start; the sentence carries the last line of its log.
        """
        self._turn_log()
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - a program of ours, without a shell
                [programs / "postgres", "-D", self.folder],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=processes.ENVIRON,
                start_new_session=True,
                **processes.identity(self.user),
            )
        self._wait_until_ready(process)
        return process

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise _failed("postgres", self._last_line(""))
            time.sleep(0.01)

    def _is_ready(self, pid: int) -> bool:
        # The eighth line is the server's state, as pg_ctl reads it.
        lines = self._pid_file_lines()
        return len(lines) >= STATE_LINE and lines[0] == str(pid) and lines[-1].strip() == "ready"

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def halt(self, sockets: Path) -> None:
        """Stop what serves this directory, in order if it can be, and wait until it is gone.

        After a kill -9 of the server its children need a moment to notice. A new server would
        refuse to start beside them, and the files left behind would name a process that is not
        ours, or one that is dead and that nobody waits for.
        """
        pid = self.postmaster()
        if pid is not None:
            processes.end(pid, FAST_SHUTDOWN)
        processes.empty(self.folder, SECONDS_TO_STOP if pid else SECONDS_FOR_LEFTOVERS)
        for left in (self.folder / "postmaster.pid", sockets / SOCKET, sockets / f"{SOCKET}.lock"):
            left.unlink(missing_ok=True)

    def postmaster(self) -> int | None:
        """Tell the process that serves this directory, if one is alive."""
        first = next(iter(self._pid_file_lines()), "")
        pid = int(first) if first.isdigit() else None
        return pid if pid is not None and processes.lives_in(pid, self.folder) else None

    def _run(self, program: Path, *arguments: str) -> None:
        outcome = processes.run([program, *arguments], self.user)
        if outcome.status != 0:
            raise _failed(program.name, self._last_line(outcome.output))

    def _last_line(self, output: str) -> str:
        written = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        lines = [line for line in (output + "\n" + written).splitlines() if line.strip()]
        telling = [line for line in lines if "FATAL" in line or "error" in line.lower()]
        return (telling or lines or ["?"])[-1].strip()


_INITDB = (
    "--username=postgres",
    "--encoding=UTF8",
    # The same order and upper case on every machine, whatever locales are installed.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth-local=scram-sha-256",
    "--auth-host=reject",
    "--no-instructions",
)

# Terse: the detail of an error would write people's data into the log.
_CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 120
shared_buffers = 128MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u '
log_error_verbosity = terse
log_lock_waits = on
log_checkpoints = off
"""


def _write_private(path: Path, text: str, user: ServiceUser | None) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    processes.give_to(path, user)


def _failed(program: str, line: str) -> ServerRefused:
    return ServerRefused(
        f"PostgreSQL n’a pas démarré ({program}) : {line}",
        f"PostgreSQL did not start ({program}): {line}",
    )

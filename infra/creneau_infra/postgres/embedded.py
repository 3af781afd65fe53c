import subprocess
from pathlib import Path

from creneau_infra import processes
from creneau_infra.errors import SentenceError, ServerRefused
from creneau_infra.postgres import binaries, roles
from creneau_infra.postgres.cluster import SOCKET, Cluster
from creneau_infra.postgres.roles import PostgresAddress
from creneau_infra.processes import FolderLock, Guardian, ServiceUser

__all__ = ["EmbeddedPostgres", "PostgresAddress"]


class EmbeddedPostgres:
    """A PostgreSQL server of our own, reached by a Unix socket, stopped when we end.

    `durable=False` saves the waiting for the disk: for tests.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._wished = data_dir.absolute() / "postgres"
        self._durable = durable
        self._user: ServiceUser | None = None
        self._lock: FolderLock | None = None
        self._halting: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._guardian: Guardian | None = None
        self.home = self._wished
        """The folder that holds the cluster, its log, its passwords and its lock."""
        self.notice: SentenceError | None = None
        """What the operator should know about where the data lies, if it is not where asked."""

    def start(self) -> PostgresAddress:
        """Start the server, made anew the first time, and tell how to reach it.

        What a killed supervisor or server left behind is cleared first. Blocks for a second, some
        more the first time.

        Raises:
            ServerRefused: It cannot start here; the sentence says what to do.
        """
        self._settle()
        self._take_lock()
        try:
            return self._start()
        except OSError as error:
            self.stop()
            raise _not_writable(self.home) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server in order, waiting until it has; does nothing when none was started."""
        if self._lock is None:
            return
        if self._halting is not None:
            self._cluster.halt(self._halting)
            self._halting = None
        if self._process is not None:
            self._process.wait()
            self._process = None
        if self._guardian is not None:
            self._guardian.release()
            self._guardian = None
        self._lock.release()
        self._lock = None

    def revive(self) -> bool:
        """Start the server again where it ended without being told to; True if it had.

        Raises:
            ServerRefused: It does not start any more.
        """
        if self._process is None or self._halting is None or self._process.poll() is None:
            return False
        self._cluster.halt(self._halting)
        self._launch(binaries.locate(self._user))
        return True

    def address(self) -> PostgresAddress | None:
        """Tell how to reach the server that any process runs here; None when none does."""
        self._settle()
        if self.pid is None or not self._bootstrapped.exists():
            return None
        return roles.address_of(self._sockets(), roles.read_passwords(self.home))

    @property
    def pid(self) -> int | None:
        """The process that runs the server, if one does."""
        return self._cluster.postmaster()

    @property
    def log_path(self) -> Path:
        """Where the server writes its log."""
        return self.home / "server.log"

    @property
    def _cluster(self) -> Cluster:
        return Cluster(self.home / "cluster", self._user, self.log_path)

    @property
    def _bootstrapped(self) -> Path:
        return self.home / "bootstrapped"

    def _sockets(self) -> Path:
        return processes.socket_folder(self.home / "run", SOCKET, self._user)

    def _settle(self) -> None:
        self._user = processes.service_user()
        above = next(folder for folder in self._wished.parents if folder.exists())
        if processes.can_reach(above, self._user):
            return
        elsewhere = processes.STATE_OF_THE_SYSTEM / processes.digest_of(self._wished.parent)
        self.home = elsewhere / "postgres"
        self.notice = SentenceError(
            f"Le dossier {above} est fermé à l’utilisateur {processes.USER_NAME} : les données de"
            f" PostgreSQL sont dans {self.home}.",
            f"The folder {above} is closed to the user {processes.USER_NAME}: PostgreSQL's data"
            f" is in {self.home}.",
        )

    def _take_lock(self) -> None:
        try:
            processes.make_folder(self.home)
            lock = FolderLock(self.home / "lock")
            free = lock.take()
        except OSError as error:
            raise _not_writable(self.home) from error
        if not free:
            raise _in_use(self.home)
        self._lock = lock

    def _start(self) -> PostgresAddress:
        cluster = self._cluster
        cluster.check_version()
        sockets = self._sockets()
        self._halting = sockets
        cluster.halt(sockets)
        programs = binaries.locate(self._user)
        passwords = self._passwords(cluster)
        cluster.make(programs, passwords.postgres, sockets)
        cluster.configure(sockets, durable=self._durable)
        self._launch(programs)
        if not self._bootstrapped.exists():
            roles.bootstrap(programs, sockets, passwords)
            self._bootstrapped.touch()
        return roles.address_of(sockets, passwords)

    def _launch(self, programs: Path) -> None:
        if self._guardian is not None:
            self._guardian.release()
            self._guardian = None
        self._process = self._cluster.launch(programs)
        self._guardian = Guardian.watch(self._process.pid, "INT")

    def _passwords(self, cluster: Cluster) -> roles.Passwords:
        if cluster.folder.exists():
            return roles.read_passwords(self.home)
        self._bootstrapped.unlink(missing_ok=True)
        return roles.make_passwords(self.home)


def _not_writable(folder: Path) -> ServerRefused:
    return ServerRefused(
        f"Le dossier {folder} n’est pas accessible en écriture : changez ses droits ou choisissez"
        " un autre dossier de données avec CRENEAU_DATA_DIR.",
        f"The folder {folder} cannot be written to: change its permissions or choose another data"
        " folder with CRENEAU_DATA_DIR.",
    )


def _in_use(folder: Path) -> ServerRefused:
    return ServerRefused(
        f"Le dossier {folder} est déjà utilisé par un autre processus de Créneau : arrêtez-le,"
        " ou choisissez un autre dossier de données avec CRENEAU_DATA_DIR.",
        f"The folder {folder} is already in use by another process of Créneau: stop that one,"
        " or choose another data folder with CRENEAU_DATA_DIR.",
    )

"""What both embedded servers need: their own user, folders, a lock, and a guardian."""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from stat import S_IFDIR, S_IRWXU
from typing import IO, NamedTuple, Self, TypedDict

from creneau_infra.errors import ServerRefused

USER_NAME = "creneau-db"
STATE_OF_THE_SYSTEM = Path("/var/lib/creneau")
SECONDS_FOR_A_COMMAND = 150
LONGEST_SOCKET_PATH = 107
ENVIRON: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class ServiceUser(NamedTuple):
    """The system user that the embedded servers run as when we are root."""

    uid: int
    gid: int


def service_user() -> ServiceUser | None:
    """Find or make the servers' own system user; None when we are not root and need none.

    Raises:
        ServerRefused: The user does not exist and cannot be made.
    """
    if os.geteuid() != 0:
        return None
    found = _find_user()
    if found is None:
        _make_user()
        found = _find_user()
    if found is None:
        raise ServerRefused(
            f"L’utilisateur système « {USER_NAME} » n’a pas pu être créé : créez-le avec"
            " `useradd`, ou démarrez sans être root.",
            f"The system user '{USER_NAME}' could not be created: create it with `useradd`,"
            " or start without being root.",
        )
    return found


def _find_user() -> ServiceUser | None:
    try:
        entry = pwd.getpwnam(USER_NAME)
    except KeyError:
        return None
    return ServiceUser(entry.pw_uid, entry.pw_gid)


def _make_user() -> None:
    command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if command is None:
        return
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    # Another process may be quicker: what counts is whether the user is there afterwards.
    run([command, *options, "--shell", "/usr/sbin/nologin", USER_NAME], None)


class Outcome(NamedTuple):
    """How a command ended, with all that it wrote."""

    status: int
    output: str


def run(
    command: Sequence[str | Path],
    user: ServiceUser | None,
    *,
    text: str = "",
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Run a command as `user`, with `text` as its input, and wait for it.

    Raises:
        subprocess.TimeoutExpired: It did not end in time.
    """
    ended = subprocess.run(  # noqa: S603 - the commands are our own, without a shell
        list(command),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        env={**ENVIRON, **(environ or {})},
        timeout=SECONDS_FOR_A_COMMAND,
        **identity(user),
    )
    return Outcome(ended.returncode, ended.stdout)


class Identity(TypedDict, total=False):
    """The arguments of `subprocess` that choose who runs a process."""

    user: int
    group: int
    extra_groups: list[str | int]
    umask: int


def identity(user: ServiceUser | None) -> Identity:
    """Give the arguments that make `subprocess` start a process as `user`."""
    if user is None:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": [], "umask": 0o077}


def can_reach(path: Path, user: ServiceUser | None) -> bool:
    """Tell whether `user` may enter the folder, or run the file, by trying it."""
    return user is None or run(["/bin/sh", "-c", 'test -x "$0"', path], user).status == 0


def reachable_program(program: Path, user: ServiceUser | None) -> Path:
    """Give the program, or a copy in the system's state folder where `user` cannot reach it."""
    if can_reach(program, user):
        return program
    copy = STATE_OF_THE_SYSTEM / program.name
    make_folder(copy.parent)
    aside = copy.with_name(f".{copy.name}.{os.getpid()}")
    shutil.copyfile(program, aside)
    aside.chmod(0o755)
    return aside.replace(copy)


def make_folder(path: Path, mode: int = 0o755, user: ServiceUser | None = None) -> None:
    """Make the folder and what is missing above it; folders that exist keep their permissions.

    Raises:
        OSError: It cannot be made.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode if folder == path else 0o755)
    if user is not None and missing:
        os.chown(path, user.uid, user.gid)


def give_to(path: Path, user: ServiceUser | None) -> None:
    """Hand one file of ours over to the servers' user."""
    if user is not None:
        os.chown(path, user.uid, user.gid)


def socket_folder(wished: Path, name: str, user: ServiceUser | None) -> Path:
    """Make the folder for the socket `name`, readable by the server's user alone.

    A Unix socket's path is at most 107 bytes long: where `wished` is too deep, a short one
    under /tmp stands in, always the same for the same wish, so that others find it.

    Raises:
        ServerRefused: Somebody else holds that short folder.
    """
    path = socket_place(wished, name)
    make_folder(path, 0o700, user)
    status = path.lstat()
    owner = os.geteuid() if user is None else user.uid
    if status.st_uid != owner or status.st_mode != S_IFDIR | S_IRWXU:
        raise ServerRefused(
            f"Le dossier {path} appartient à un autre utilisateur ou lui est ouvert :"
            " supprimez-le, puis recommencez.",
            f"The folder {path} belongs to another user or is open to others:"
            " remove it and try again.",
        )
    return path


def socket_place(wished: Path, name: str) -> Path:
    """Name the folder in which a socket stands, without making it."""
    return wished if _fits(wished, name) else short_folder(wished)


def _fits(folder: Path, name: str) -> bool:
    return len(os.fsencode(folder / name)) <= LONGEST_SOCKET_PATH


def short_folder(wished: Path) -> Path:
    """Name the short stand-in under /tmp for a folder that lies too deep."""
    return Path("/tmp") / f"creneau-{digest_of(wished)}"  # noqa: S108 - owner and mode are checked


def digest_of(path: Path) -> str:
    """Shorten a path to twelve characters that stand for it alone."""
    return sha256(os.fsencode(path)).hexdigest()[:12]


def inhabitants(folder: Path) -> list[int]:
    """Tell the processes that work in the folder, as each of our servers does in its own."""
    numbered = (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [int(entry.name) for entry in numbered if _works_in(entry, folder)]


def lives_in(pid: int, folder: Path) -> bool:
    """Tell whether the process is alive and works in the folder."""
    return _works_in(Path(f"/proc/{pid}"), folder)


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").samefile(folder)
    except OSError:
        return False


def empty(folder: Path, seconds: float) -> None:
    """Wait until nobody works in the folder, and end who still does after `seconds`."""
    deadline = time.monotonic() + seconds
    while inhabitants(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    for left in inhabitants(folder):
        end(left, signal.SIGKILL)


def end(pid: int, signal_number: signal.Signals) -> None:
    """Send a signal to a server of ours; one that has just ended is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal_number)


class FolderLock:
    """Keeps a folder for one process at a time, until that process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Try to take the lock; False when another process holds it."""
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Guardian:
    """Stops a server even when the process that started it is killed.

    A small shell waits for the end of a pipe that only we hold; the kernel closes it with us.
    """

    def __init__(self, process: subprocess.Popen[bytes], pipe: int) -> None:
        self._process = process
        self._pipe = pipe

    @classmethod
    def watch(cls, pid: int, signal_name: str) -> Self:
        """Send `signal_name` (`INT`, `TERM`) to `pid` once this process is no more."""
        reading, writing = os.pipe()
        process = subprocess.Popen(  # noqa: S603 - a fixed script with two arguments of ours
            ["/bin/sh", "-c", 'read _; kill -"$1" "$0"', str(pid), signal_name],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # Ctrl-C reaches the whole group of the terminal: the guardian must outlive it.
            start_new_session=True,
        )
        os.close(reading)
        return cls(process, writing)

    def release(self) -> None:
        """Send the guardian home: the server was stopped in order."""
        self._process.kill()
        self._process.wait()
        os.close(self._pipe)

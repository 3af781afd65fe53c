"""The files of the tree that the guards read: what git would keep, nothing built."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = {
    ".creneau", ".git", ".hypothesis", ".import_linter_cache", ".pytest_cache", ".ruff_cache",
    ".uv", ".venv", "__pycache__", "build", "dist", "node_modules", "results", "vendor",
}  # fmt: skip
MEMBERS = ("infra", "platform", "tenants", "web", "plugins")


@dataclass(frozen=True)
class File:
    """A text file by its path from the root, with "/" between folders."""

    path: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(self.path.split("/")[:-1])

    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")


def all_files() -> list[File]:
    """Return every text file of the tree."""
    return [File(path) for path in _paths() if _is_text(path)]


def python_files(*under: str) -> list[File]:
    """Return the Python files below these folders of the root, or of the whole tree."""
    return [
        file
        for file in map(File, _paths())
        if file.name.endswith(".py") and (not under or file.path.split("/")[0] in under)
    ]


@cache
def _paths() -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(ROOT).as_posix() for path in _walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in BUILT:
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path


def _is_text(path: str) -> bool:
    with (ROOT / path).open("rb") as file:
        return b"\0" not in file.read(4096)

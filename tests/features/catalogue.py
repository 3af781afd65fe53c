"""The feature numbers of the specification with their titles."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("features.toml")


@dataclass(frozen=True)
class Chapter:
    """One part of the specification with its features by number, in its order."""

    title: str
    features: dict[str, str]


def load(path: Path = FILE) -> tuple[Chapter, ...]:
    """Read the list; raise ValueError when a number stands in it twice."""
    document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    chapters = tuple(Chapter(**chapter) for chapter in document["chapters"])
    listed = [number for chapter in chapters for number in chapter.features]
    twice = sorted({number for number in listed if listed.count(number) > 1})
    if twice:
        message = f"{path.name} lists {', '.join(twice)} more than once."
        raise ValueError(message)
    return chapters


def numbers(chapters: tuple[Chapter, ...]) -> frozenset[str]:
    """Return every number of the chapters."""
    return frozenset(number for chapter in chapters for number in chapter.features)


def refuse_unknown(chapters: tuple[Chapter, ...], claimed: Iterable[str]) -> None:
    """Raise ValueError when a claimed number is not listed."""
    unknown = sorted(set(claimed) - numbers(chapters))
    if unknown:
        message = f"Tests claim {', '.join(unknown)}, which {FILE.name} does not list."
        raise ValueError(message)

"""Writes the table of features and their proofs, for the terminal and as a page."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.features.catalogue import Chapter
from tests.features.proofs import Proof

INTRODUCTION = """\
# Features and the tests that prove them

Written by `make features` from `tests/features/features.toml` and from the tests that carry
`@pytest.mark.feature("…")`; `make lint` refuses this page when it is out of date. A dash means
that no test proves the feature yet."""


def as_text(chapters: Iterable[Chapter], proofs: Iterable[Proof]) -> str:
    """Return the table for a terminal: each number, its title, its tests below it."""
    by_number = _by_number(proofs)
    return "\n".join(line for chapter in chapters for line in _text(chapter, by_number))


def as_page(chapters: Iterable[Chapter], proofs: Iterable[Proof]) -> str:
    """Return the same as a Markdown page that ends with a new-line."""
    by_number = _by_number(proofs)
    parts = [INTRODUCTION, *("\n".join(_page(chapter, by_number)) for chapter in chapters)]
    return "\n\n".join(parts) + "\n"


def _by_number(proofs: Iterable[Proof]) -> dict[str, list[str]]:
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for proof in proofs:
        grouped[proof.number].append(proof.test)
    return grouped


def _heading(chapter: Chapter, by_number: dict[str, list[str]]) -> str:
    proven = sum(1 for number in chapter.features if by_number.get(number))
    return f"{chapter.title}: {proven} of {len(chapter.features)} proven"


def _text(chapter: Chapter, by_number: dict[str, list[str]]) -> Iterator[str]:
    yield f"\n{_heading(chapter, by_number)}"
    for number, title in chapter.features.items():
        tests = by_number.get(number, [])
        yield f"  {number:<5} {title}{'' if tests else ' —'}"
        yield from (f"          {test}" for test in tests)


def _page(chapter: Chapter, by_number: dict[str, list[str]]) -> Iterator[str]:
    yield f"## {_heading(chapter, by_number)}"
    yield "\n| number | feature | tests |\n|---|---|---|"
    for number, title in chapter.features.items():
        tests = by_number.get(number, [])
        cell = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests) or "—"
        yield f"| {number} | {title} | {cell} |"

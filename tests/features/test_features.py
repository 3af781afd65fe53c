"""The list of features, the claims on it, and the page written from both."""

from pathlib import Path

import pytest

from tests.features import catalogue
from tests.features.catalogue import Chapter
from tests.features.plugin import complaints
from tests.features.proofs import ClaimError, Proof, in_source
from tests.features.report import as_page, as_text

CHAPTERS = (Chapter("Core", {"C-22": "No double booking", "C-23": "Holds"}),)

MARKED = """
import pytest
pytestmark = [pytest.mark.feature("C-20")]

@pytest.mark.feature("C-22", "C-24")
async def test_one_wins(): ...

@pytest.mark.feature("C-23")
class TestHolds:
    @pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.feature("C-30"))])
    def test_expires(self, n): ...
"""


def test_every_number_is_listed_once(tmp_path: Path) -> None:
    assert len(catalogue.numbers(catalogue.load())) == 156
    twice = tmp_path / "features.toml"
    chapter = '[[chapters]]\ntitle = "{}"\n[chapters.features]\nC-01 = "Places"\n'
    twice.write_text(chapter.format("a") + chapter.format("b"))
    with pytest.raises(ValueError, match="C-01 more than once"):
        catalogue.load(twice)


def test_claims_are_found_on_functions_classes_modules_and_parameters() -> None:
    one, two = "t.py::test_one_wins", "t.py::TestHolds::test_expires"
    assert in_source(MARKED, "t.py") == {
        *(Proof(number, one) for number in ("C-20", "C-22", "C-24")),
        *(Proof(number, two) for number in ("C-20", "C-23", "C-30")),
    }


@pytest.mark.parametrize(
    "source",
    [
        '@pytest.mark.feature("C-01")\ndef cast(): ...',
        "@pytest.mark.feature(NUMBER)\ndef test_x(): ...",
    ],
    ids=["on what is no test", "not a literal"],
)
def test_a_claim_that_no_reader_could_follow_is_refused(source: str) -> None:
    with pytest.raises(ClaimError, match=r"t\.py:1"):
        in_source(source, "t.py")


def test_an_unknown_number_is_refused_at_collection() -> None:
    known = frozenset({"C-22"})
    assert complaints([("a", ("C-22",))], known) == []
    assert complaints([("a", ("C-99",)), ("b", ())], known) == [
        "a claims 'C-99', which tests/features/features.toml does not list.",
        "b claims 'nothing', which tests/features/features.toml does not list.",
    ]


def test_an_unknown_number_is_refused_in_the_table() -> None:
    with pytest.raises(ValueError, match="C-99"):
        catalogue.refuse_unknown(CHAPTERS, ["C-22", "C-99"])


def test_the_table_shows_proofs_dashes_and_counts() -> None:
    proofs = [Proof("C-22", "tests/gates/test_r1.py::test_one_wins")]
    text, page = as_text(CHAPTERS, proofs), as_page(CHAPTERS, proofs)
    assert "Core: 1 of 2 proven" in text
    assert "C-23  Holds —" in text
    assert "| C-22 | No double booking | `gates/test_r1.py::test_one_wins` |" in page
    assert page.endswith("| C-23 | Holds | — |\n")

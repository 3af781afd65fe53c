"""`python -m tests.features` prints and writes the table; `--check` only compares the page."""

import argparse
import sys
from pathlib import Path

from tests.features import catalogue, proofs, report

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "features.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make features", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when the page is out of date")
    check: bool = parser.parse_args().check
    try:
        chapters = catalogue.load()
        found = proofs.in_tree(ROOT)
        catalogue.refuse_unknown(chapters, (proof.number for proof in found))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    page = report.as_page(chapters, found)
    return _compare(page) if check else _write(page, report.as_text(chapters, found))


def _compare(page: str) -> int:
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    sys.stderr.write(f"{PAGE.relative_to(ROOT)} is out of date: run `make features`.\n")
    return 1


def _write(page: str, text: str) -> int:
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A file fits into a reader's head."""

from tests.architecture.tree import all_files

LIMIT = 400
KINDS = (".py", ".html", ".js", ".sh")


def too_long(text: str) -> bool:
    return len(text.splitlines()) > LIMIT


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    files = [file for file in all_files() if file.name.endswith(KINDS)]
    assert [file.path for file in files if too_long(file.text())] == []


def test_the_check_of_sizes_counts_lines() -> None:
    assert too_long("\n" * (LIMIT + 1))
    assert not too_long("\n" * LIMIT)

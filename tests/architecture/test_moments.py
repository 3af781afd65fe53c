"""No test asks for the day before it runs: a moment taken at import is wrong after midnight."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.tree import python_files

TELLING = {"began", "in_days", "monday", "next_monday", "nine", "now", "soon", "today", "tomorrow"}
ASKS = re.compile(rf"\b({'|'.join(sorted(TELLING))})\(")


def taken_at_import(source: str) -> list[int]:
    """Return the lines of a module's own values that ask for the time."""
    if not ASKS.search(source):
        return []
    values = (
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    )
    return [call.lineno for value in values if value for call in _calls(value) if _asks(call)]


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node
    for inner in ast.iter_child_nodes(node):
        yield from _calls(inner)


def _asks(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] in TELLING


def test_no_moment_is_taken_before_the_test_runs() -> None:
    found = [
        f"{file.path}:{line}"
        for file in python_files("tests", "bench")
        for line in taken_at_import(file.text())
    ]
    assert found == []


def test_the_check_of_moments_sees_one_that_stays_and_spares_what_is_asked_later() -> None:
    assert taken_at_import("FAR = clock.now() + timedelta(days=300)\n") == [1]
    assert taken_at_import("TOMORROW: date = today() + DAY\n") == [1]
    assert taken_at_import("THEN = (\n    soon(3)\n)\n") == [2]
    assert taken_at_import("def far():\n    return clock.now()\n") == []
    assert taken_at_import("FAR = lambda: clock.now()\nSQL = 'SELECT now()'\n") == []

"""A test has the same name in every process: a parallel run shares tests out by their names."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import python_files

FRESH = {"new_token", "now", "soon", "today", "token_hex", "token_urlsafe", "uuid4", "uuid7"}
"""What gives another value each time, or each day."""


def changing(source: str) -> list[int]:
    """Return the lines of parameters that name their tests by something else in each process."""
    return [
        mark.lineno
        for mark in ast.walk(ast.parse(source))
        if isinstance(mark, ast.Call) and _name_of(mark) == "parametrize" and not _has_ids(mark)
        if isinstance(mark.args[1], ast.Set | ast.SetComp)
        or any(_name_of(call) in FRESH for call in _calls_that_name(mark.args[1]))
    ]


def _calls_that_name(value: ast.AST) -> Iterator[ast.Call]:
    # A mapping or a set among the values is named by its place.
    if isinstance(value, ast.Dict | ast.Set):
        return
    if isinstance(value, ast.Call):
        yield value
    for part in ast.iter_child_nodes(value):
        yield from _calls_that_name(part)


def _name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _has_ids(mark: ast.Call) -> bool:
    return any(keyword.arg == "ids" for keyword in mark.keywords)


def test_parameters_name_their_tests_alike_everywhere() -> None:
    found = [
        f"{file.path}:{line}"
        for file in python_files("tests", "plugins")
        if "parametrize" in (source := file.text())
        for line in changing(source)
    ]
    assert found == []


def test_the_check_of_parameters_sees_what_changes() -> None:
    mark = "@pytest.mark.parametrize('a', {})\ndef test_x(a): ...\n"
    assert changing(mark.format("[1, str(uuid4())]")) == [1]
    assert changing(mark.format("{'a', 'b'}")) == [1]
    assert changing(mark.format("[date.today()]")) == [1]
    assert changing(mark.format("[date.today()], ids=['today']")) == []
    assert changing(mark.format("[{'a': uuid4()}, {'b', 'c'}]")) == []

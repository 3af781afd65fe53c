"""Imports stand at the top, so that a circle is drawn before it is closed."""

import ast
import re

from tests.architecture.tree import python_files

INDENTED = re.compile(r"^[ \t]+(import|from)\s", re.MULTILINE)


def buried_imports(source: str) -> list[int]:
    """Return the lines of imports inside functions and classes."""
    if not INDENTED.search(source):
        return []
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [
        node.lineno
        for scope in ast.walk(ast.parse(source))
        if isinstance(scope, scopes)
        for node in ast.walk(scope)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def test_imports_stand_at_the_top() -> None:
    found = [
        f"{file.path}:{line}" for file in python_files() for line in buried_imports(file.text())
    ]
    assert found == []


def test_the_check_of_imports_sees_a_buried_one() -> None:
    assert buried_imports("import os\ndef late():\n    from creneau import people\n") == [3]
    assert buried_imports("try:\n    import uvloop\nexcept ImportError:\n    uvloop = None\n") == []

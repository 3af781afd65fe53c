"""All SQL of a package stands in its queries, where tenant and index can be reviewed."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.tree import MEMBERS, File, python_files

STATEMENT = re.compile(
    r"""^\s*(
        select\s.+\sfrom\s | select\s+[\w.]+\( | select\s+\d
        | insert\s+into\s | update\s+[\w."{}]+\s+(as\s+\w+\s+)?set\s | delete\s+from\s
        | with\s+(recursive\s+)?\w+\s*(\([^)]*\))?\s+as\s+((not\s+)?materialized\s+)?\(
        | truncate\s+\w | merge\s+into\s
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
# How a literal begins that is one, or what stands inside of one; a file without is not read further.
WORDS = re.compile(
    r"""["'][\s\\nt]*(?i:select|insert|update|delete|with|truncate|merge)\s|SELECT|INSERT|DELETE"""
)
INSIDE = re.compile(r"\b(SELECT\s.+?\sFROM|INSERT INTO|DELETE FROM)\s+[\w.\"{]", re.DOTALL)


def may_hold_sql(file: File) -> bool:
    return (
        file.name == "queries.py"
        or not {"queries", "migrations", "testing"}.isdisjoint(file.folders)
        or file.path.startswith("infra/creneau_infra/postgres/")
    )


def statements(source: str) -> list[str]:
    """Return "line: beginning" for each literal that reads like SQL, docstrings aside."""
    if not WORDS.search(source):
        return []
    module = ast.parse(source)
    ignored = {id(node) for node in _docstrings(module)}
    return [
        f"{line}: {' '.join(text.split())[:50]}"
        for line, text, node in _literals(module)
        if id(node) not in ignored and (STATEMENT.search(text) or INSIDE.search(text))
    ]


def _docstrings(module: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _literals(module: ast.Module) -> Iterator[tuple[int, str, ast.AST]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value, node
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, _with_gaps(node), node


def _with_gaps(node: ast.JoinedStr) -> str:
    parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return "".join(str(part) for part in parts)


def test_sql_stands_in_queries_only() -> None:
    found = [
        f"{file.path}:{statement}"
        for file in python_files(*MEMBERS)
        if not may_hold_sql(file)
        for statement in statements(file.text())
    ]
    assert found == []


def test_the_check_of_sql_sees_statements_and_spares_sentences() -> None:
    strays = '''
a = "SELECT id FROM person"
b = f"update {table} set name = $1"
c = """
    WITH free AS (SELECT 1) SELECT * FROM free
"""
d = "EXPLAIN DELETE FROM hold"
'''
    assert len(statements(strays)) == 4
    assert statements('"""Select a slot from the list."""\ntitle = "Update your details"') == []

"""Whatever changes free time says so, or searches would answer what they have kept (C-20)."""

import ast
import re

from tests.architecture.tree import MEMBERS, File, python_files

TABLES = (
    "allocation|booking|closure|absence_occurrence|opening_occurrence|opening_motive|agent_service"
)
WRITES = re.compile(
    rf"\b((INSERT INTO|UPDATE|DELETE FROM)\s+({TABLES})|UPDATE\s+(motive|resource))\b"
)
# A file in which no write begins is not read further.
STARTS = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\b")
CALL = "freed_or_taken"
# What changes no time: an erased person took nothing less, one who is merged takes what they took, what
# is forgotten of long ago frees nothing, and what is noted of a gap frees and takes nothing.
HARMLESS = {
    "platform/creneau/people/queries.py",
    "platform/creneau/people/merging/queries.py:carry_over",
    "platform/creneau/retention/queries.py:give_to_nobody",
    "platform/creneau/availability/gaps/queries.py:note",
}


def silent(file: File, source: str) -> list[str]:
    """Name the functions that write to what searches read, and do not say so."""
    if not STARTS.search(source):
        return []
    tree = ast.parse(source)
    constants = {
        name: ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for name in _names(node)
    }
    found: list[str] = []
    for function in ast.walk(tree):
        if isinstance(function, ast.AsyncFunctionDef):
            written = ast.unparse(function)
            used = [text for name, text in constants.items() if re.search(rf"\b{name}\b", written)]
            if WRITES.search(" ".join([written, *used])) and CALL not in written:
                found.append(f"{file.path}:{function.name}")
    return [name for name in found if name not in HARMLESS and file.path not in HARMLESS]


def _names(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_whatever_changes_free_time_says_so() -> None:
    files = [file for file in python_files(*MEMBERS) if "testing" not in file.folders]
    assert [name for file in files for name in silent(file, file.text())] == []


def test_the_check_sees_a_write_that_says_nothing() -> None:
    file = File("platform/creneau/claims/queries.py")
    write = "async def take(tx):\n    await tx.execute('UPDATE allocation SET active = false')\n"
    assert silent(file, write) == ["platform/creneau/claims/queries.py:take"]
    told = write + "    freed_or_taken(tx)\n"
    assert silent(file, told) == []
    constant = "_SQL = {'x': 'INSERT INTO closure'}\nasync def add(tx):\n    await tx.value(_SQL)\n"
    assert silent(file, constant) == ["platform/creneau/claims/queries.py:add"]
    assert silent(file, "async def read(tx):\n    await tx.rows('SELECT FROM booking')\n") == []

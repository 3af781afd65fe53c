"""Who calls whom in the tree, by name: which tables a use case writes to in the end, and whether it tells."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.architecture.tree import MEMBERS, python_files

WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM)\s+(\w+)|\bUPDATE\s+(\w+)(?:\s+(?:AS\s+)?\w+)?\s+SET\b"
)
DOORS = {"tenant_transaction", "directory_transaction"}
HISTORY = "history"
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """What a function names, to which tables its own statements write, and whether it opens a transaction."""

    names: frozenset[str]
    tables: frozenset[str]
    opens: bool


class Calls:
    """Every function of some modules by its full name; what it names, it may call."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.functions: dict[str, Function] = {}
        self._stands_for: dict[str, str] = {}
        for module, source in sources.items():
            self._read(module, ast.parse(source))

    def _read(self, module: str, tree: ast.Module) -> None:
        imported = dict(_imported(tree))
        constants = dict(_constants(tree))
        self._stands_for |= {f"{module}.{name}": full for name, full in imported.items()}
        for owner, function in _functions(tree):
            inside = f"{module}.{owner}" if owner else module
            names = frozenset(_named(function, module, inside, imported))
            tables = frozenset(_written(function, constants))
            opens = any(name.rpartition(".")[2] in DOORS for name in names)
            self.functions[f"{inside}.{function.name}"] = Function(names, tables, opens)

    def _found(self, name: str) -> str | None:
        """Follow a name to the function that it means, past the packages that hand it on."""
        for _ in range(4):
            if name in self.functions:
                return name
            owner, _dot, last = name.rpartition(".")
            name = self._stands_for.get(name) or f"{self._stands_for.get(owner, owner)}.{last}"
        return None

    def tables_of(self, name: str) -> set[str]:
        """Name the tables that a function writes to, itself or through others.

        Whoever opens a transaction of their own answers for it themselves.
        """
        seen: set[str] = set()
        ahead = [name]
        while ahead:
            found = self._found(ahead.pop())
            if found is None or found in seen or (seen and self.functions[found].opens):
                continue
            seen.add(found)
            ahead += self.functions[found].names
        return set().union(*(self.functions[one].tables for one in seen))

    def untold(self, besides: set[str]) -> dict[str, set[str]]:
        """Find who opens a transaction and changes tables (besides some) without writing history."""
        written = {name: self.tables_of(name) for name, one in self.functions.items() if one.opens}
        return {
            name: tables - besides
            for name, tables in written.items()
            if HISTORY not in tables and tables - besides
        }


def _functions(tree: ast.Module) -> Iterator[tuple[str, AnyFunction]]:
    for node in tree.body:
        if isinstance(node, AnyFunction):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from ((node.name, one) for one in node.body if isinstance(one, AnyFunction))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((one.id, node.value) for one in targets if isinstance(one, ast.Name))


def _named(
    function: AnyFunction, module: str, inside: str, imported: Mapping[str, str]
) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            yield imported.get(node.id, f"{module}.{node.id}")
        elif isinstance(node, ast.Attribute):
            first, _dot, rest = ast.unparse(node).partition(".")
            yield f"{inside if first == 'self' else imported.get(first, first)}.{rest}"


def _written(function: AnyFunction, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    for text in _texts(function, constants, frozenset()):
        yield from (first or second for first, second in WRITES.findall(text))


def _texts(node: ast.AST, constants: Mapping[str, ast.expr], seen: frozenset[str]) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
        elif isinstance(one, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "_" for part in one.values)
            yield "".join(map(str, parts))
        elif isinstance(one, ast.Name) and one.id in constants and one.id not in seen:
            yield from _texts(constants[one.id], constants, seen | {one.id})


def sources() -> dict[str, str]:
    """Give every module of the members by its name; migrations and tests' own hands aside."""
    return {
        ".".join(file.path.removesuffix(".py").removesuffix("/__init__").split("/")[start:]): (
            file.text()
        )
        for file in python_files(*MEMBERS)
        if {"migrations", "testing"}.isdisjoint(file.folders)
        and (start := 2 if file.path.startswith("plugins/") else 1)
    }

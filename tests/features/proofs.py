"""Finds which tests claim which feature by reading the test files, without running them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class ClaimError(ValueError):
    """A claim that no reader could follow."""


@dataclass(frozen=True, order=True)
class Proof:
    """A test (path::Class::name) that claims a feature."""

    number: str
    test: str


def in_tree(root: Path) -> list[Proof]:
    """Return the proofs of all tests of the tree and of the shipped contract suites, sorted."""
    found: set[Proof] = set()
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        found.update(in_source(path.read_text(encoding="utf-8"), name))
    return sorted(found)


def in_source(source: str, name: str) -> set[Proof]:
    """Return the proofs of one file; raise ClaimError for a claim on what is not a test."""
    module = ast.parse(source, name)
    proofs: set[Proof] = set()
    seen: set[ast.Call] = set()
    for test, claims in _tests(module, name, _module_claims(module)):
        numbers = (number for claim in claims for number in _numbers(claim, name))
        proofs.update(Proof(number, test) for number in numbers)
        seen.update(claims)
    _refuse_stray(set(_claims_in(module)) - seen, name)
    return proofs


def _files(root: Path) -> Iterator[Path]:
    yield from (root / "tests").rglob("*.py")
    yield from root.glob("*/*/testing/**/*.py")


def _tests(
    scope: ast.Module | ast.ClassDef, prefix: str, inherited: list[ast.Call]
) -> Iterator[tuple[str, list[ast.Call]]]:
    for node in scope.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            claims = inherited + list(_decorating(node))
            yield from _tests(node, f"{prefix}::{node.name}", claims)
        elif isinstance(node, FUNCTIONS) and node.name.startswith("test_"):
            yield f"{prefix}::{node.name}", inherited + list(_decorating(node))


def _module_claims(module: ast.Module) -> list[ast.Call]:
    marks = (
        node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "pytestmark" for name in node.targets)
    )
    return [claim for mark in marks for claim in _claims_in(mark)]


def _decorating(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    # Inside other decorators too: a parameter set may carry a mark of its own.
    for decorator in node.decorator_list:
        yield from _claims_in(decorator)


def _claims_in(node: ast.AST) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.feature":
            yield call


def _numbers(claim: ast.Call, name: str) -> Iterator[str]:
    for argument in claim.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            message = (
                f"{name}:{claim.lineno}: a claim names literal numbers, as in feature('C-23')."
            )
            raise ClaimError(message)
        yield argument.value


def _refuse_stray(claims: Iterable[ast.Call], name: str) -> None:
    for claim in claims:
        message = f"{name}:{claim.lineno}: this claim decorates no test."
        raise ClaimError(message)

"""Refuses, at collection, tests that claim a feature which the specification lacks."""

from collections.abc import Iterable

import pytest

from tests.features.catalogue import load, numbers


def complaints(
    claims: Iterable[tuple[str, tuple[object, ...]]], known: frozenset[str]
) -> list[str]:
    """Return a sentence for each claim (test, marker arguments) that names no known feature."""
    return [
        f"{test} claims {argument!r}, which tests/features/features.toml does not list."
        for test, arguments in claims
        for argument in (arguments or ("nothing",))
        if argument not in known
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    claims = [
        (item.nodeid, marker.args) for item in items for marker in item.iter_markers("feature")
    ]
    found = complaints(claims, numbers(load()))
    if found:
        raise pytest.UsageError("\n".join(found))

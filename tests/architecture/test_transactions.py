"""One door to tenant data, opened by use cases only, and used by one task at a time."""

import ast
from collections.abc import Callable

from tests.architecture.tree import MEMBERS, File, python_files

DOORS = {"tenant_transaction", "directory_transaction", "directory_reader", "transaction"}
USE_CASES = {"service", "jobs"}
# Each runs statements elsewhere than on the transaction's own connection, or interleaves them.
AT_ONCE = {"batch", "gather", "TaskGroup"}


def calls_of(source: str, names: set[str]) -> list[str]:
    if not any(name in source for name in names):
        return []
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    called = ((call.lineno, ast.unparse(call.func).rpartition(".")[2]) for call in calls)
    return [f"{line}: {name}" for line, name in called if name in names]


def opens_a_door(source: str) -> list[str]:
    return calls_of(source, DOORS)


def runs_at_once(source: str) -> list[str]:
    return calls_of(source, AT_ONCE)


def is_use_case(file: File) -> bool:
    places = {*file.folders, file.name.removesuffix(".py")}
    # A plugin that brings its own tests writes rows in them, as ours do.
    return file.folders[0] == "infra" or not (USE_CASES | {"testing", "tests"}).isdisjoint(places)


def findings(files: list[File], detector: Callable[[str], list[str]]) -> list[str]:
    return [f"{file.path}:{found}" for file in files for found in detector(file.text())]


def test_only_use_cases_open_transactions() -> None:
    others = [file for file in python_files(*MEMBERS) if not is_use_case(file)]
    assert findings(others, opens_a_door) == []


def test_the_domain_never_works_beside_its_transaction() -> None:
    domain = python_files("platform", "tenants", "plugins")
    assert findings([file for file in domain if "testing" not in file.folders], runs_at_once) == []


def test_the_check_of_doors_sees_every_way_in() -> None:
    source = "async with transactions.tenant_transaction(x) as tx:\n    pass\nPerson._meta.db.transaction()\n"
    assert (
        len(opens_a_door(f"async def page():\n    {source.splitlines()[0]}\n        pass\n")) == 1
    )
    assert opens_a_door("Person._meta.db.transaction()") == ["1: transaction"]
    assert not is_use_case(File("web/creneau_web/public/pages.py"))
    assert is_use_case(File("platform/creneau/appointments/service.py"))


def test_the_check_of_concurrency_sees_batches_and_gathers() -> None:
    assert runs_at_once("Person.select().batch()") == ["1: batch"]
    assert runs_at_once("asyncio.gather(a(), b())") == ["1: gather"]
    assert runs_at_once("asyncio.TaskGroup()") == ["1: TaskGroup"]

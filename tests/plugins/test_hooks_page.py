"""docs/hooks.md tells of every hook, as it is."""

import inspect
import re
from types import ModuleType

import pytest
from creneau import contributions, hookspecs
from creneau.context import acting_for
from creneau.plugins import Plugins
from creneau.testing.declarations import HOOKS

from tests.architecture.tree import ROOT
from tests.plugins.cast import tenant_with

PAGE = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^### `(?P<signature>(?P<name>\w+)\(.*)`\n\n(?P<text>.+)$", re.MULTILINE)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def documented() -> dict[str, str]:
    return {found["name"]: found["signature"] for found in SECTION.finditer(PAGE)}


def test_the_page_has_a_section_for_every_hook_and_no_other() -> None:
    assert set(documented()) == HOOKS


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_a_section_shows_the_hook_s_own_signature(hook: str) -> None:
    source = inspect.getsource(getattr(hookspecs, hook))
    declared = re.search(r"^def (.+):$", source, re.MULTILINE)
    assert declared is not None
    assert documented()[hook] == declared[1]


def test_every_record_that_a_hook_answers_with_is_in_contributions() -> None:
    for shown in documented().values():
        name = re.findall(r"\w+", shown.partition("->")[2])[-1]
        assert name in {"str", "object", "Path"} or hasattr(contributions, name), shown


def test_the_page_names_the_pages_that_take_fragments() -> None:
    for page in contributions.Page.__args__:
        assert f"`{page}`" in PAGE


def test_the_page_s_first_plugin_works_as_it_stands() -> None:
    module = ModuleType("creneau_choir.plugin")
    exec(CODE.findall(PAGE)[0], vars(module))  # noqa: S102 - our own page, read as its reader would
    plugins = Plugins({"choir": module})
    tenant = tenant_with("choir")
    with acting_for(tenant):
        assert plugins.for_tenant(tenant).words()["persons"] == "choristes"
    assert plugins.infos()["choir"].label == "Chorale"

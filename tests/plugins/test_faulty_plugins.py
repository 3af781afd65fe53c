"""Negative controls: for each check of the contract, a plugin that fails it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from creneau import hookspecs
from creneau.context import Tenant
from creneau.contributions import (
    BookingFields,
    BookingRule,
    Field,
    Fragment,
    NavItem,
    PageContext,
    Permission,
    PluginInfo,
)
from creneau.plugins import Plugins
from creneau.testing import declarations, switching
from creneau.testing.contract import no, translation_faults
from creneau_web.ui import permission, public
from litestar import get

from tests.plugins.cast import made_up, presented, tenant_with

TENANT = tenant_with("faulty")
PO_HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def said(faults: Iterable[str]) -> str:
    return "\n".join(faults)


def test_faults_fail_a_test_of_the_contract() -> None:
    no([])
    with pytest.raises(AssertionError, match=r"one\ntwo"):
        no(["one", "two"])


def test_a_function_that_only_reads_like_a_hook_is_seen() -> None:
    def nav_item(tenant: Tenant) -> Sequence[NavItem]:
        del tenant
        return ()

    module = made_up("faulty", presented("faulty"))
    nav_item.__module__ = module.__name__
    vars(module)["nav_item"] = nav_item
    assert "nav_item: reads like a hook" in said(declarations.hook_faults("faulty", module))


def test_a_mark_on_what_is_no_hook_is_seen() -> None:
    def sing() -> None: ...

    module = made_up("faulty", presented("faulty"), sing)
    assert said(declarations.hook_faults("faulty", module)) == "sing: no hook has this name"


def test_a_plugin_without_its_name_and_description_is_seen() -> None:
    def register_plugin() -> PluginInfo:
        return PluginInfo(name="other", label="", description="")

    found = said(declarations.hook_faults("faulty", made_up("faulty", register_plugin)))
    assert "says 'other', the entry point 'faulty'" in found
    assert "label or description is empty" in found
    assert "what the plugin is" in said(declarations.hook_faults("faulty", made_up("faulty")))


def test_a_hook_that_does_not_say_what_it_asks_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def bare() -> None: ...

    monkeypatch.setattr(hookspecs, "bare", bare, raising=False)
    assert declarations.undocumented(["bare", "nav_items"]) == ["bare"]


def test_rights_that_nobody_can_grant_are_seen() -> None:
    def register_permissions() -> Sequence[Permission]:
        return [
            Permission(code=code, label="Voir", grants={}) for code in ("read", "appointment:read")
        ]

    def nav_items(tenant: Tenant) -> Sequence[NavItem]:
        del tenant
        return (NavItem(label="Essai", href="/x", icon="list", permission="bill:read"),)

    module = made_up("faulty", register_permissions, nav_items)
    found = said(declarations.right_faults(module, TENANT))
    assert "read: a right reads resource:action" in found
    assert "appointment:read: is the core's" in found
    assert "/x: asks for bill:read, which nobody declares" in found


def test_routes_that_are_not_classified_or_lie_elsewhere_are_seen() -> None:
    @get("/agents/faulty/open")
    async def unclassified() -> None: ...

    @get("/agents/faulty/bills", opt=permission("bill:read"))
    async def undeclared() -> None: ...

    @get("/agents", opt=public())
    async def elsewhere() -> None: ...

    def register_routers() -> Sequence[object]:
        return (unclassified, undeclared, elsewhere)

    found = said(declarations.route_faults("faulty", made_up("faulty", register_routers)))
    assert "['/agents/faulty/open']: does not say who may call it" in found
    assert "['/agents/faulty/bills']: asks for bill:read, which nobody declares" in found
    assert "/agents: lies outside" in found


class MisnamedFields(BookingFields, frozen=True, kw_only=True):
    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        del values
        return {"typo": "Écrivez votre nom."}


def test_fields_that_another_plugin_could_have_are_seen() -> None:
    def booking_fields(tenant: Tenant) -> Sequence[BookingFields]:
        del tenant
        field = Field(name="email", label="E-mail", needed_with="lost")
        return (MisnamedFields(plugin="other", legend="Vous", fields=(field, field)),)

    module = made_up("faulty", booking_fields)
    found = said(declarations.field_faults("faulty", module, TENANT))
    assert "email: a field's name starts with faulty_" in found
    assert "email: is there twice" in found
    assert "'Vous': says that it is of 'other'" in found
    assert "typo: no such field" in found
    assert "email: is needed with lost, which is no checkbox here" in found


def test_a_fragment_without_its_template_is_seen(tmp_path: Path) -> None:
    def register_templates() -> Path:
        return tmp_path

    def page_fragments(context: PageContext) -> Sequence[Fragment]:
        del context
        return (Fragment(template="faulty/lost.html"), Fragment(template="other/there.html"))

    (tmp_path / "there.html").touch()
    module = made_up("faulty", register_templates, page_fragments)
    found = said(declarations.template_faults("faulty", module, TENANT))
    assert "faulty/lost.html: not found" in found
    assert "other/there.html: not found" in found


def package(folder: Path, template: str, catalogue: str) -> ModuleType:
    """Write a package that says something, and give its plugin's module."""
    (folder / "locale" / "en").mkdir(parents=True)
    (folder / "locale" / "en" / "faulty.po").write_text(PO_HEAD + catalogue, encoding="utf-8")
    (folder / "page.html").write_text(template, encoding="utf-8")

    def register_translations() -> Path:
        return folder / "locale"

    module = made_up("faulty", presented("faulty"), register_translations)
    module.__file__ = str(folder / "plugin.py")
    return module


def test_a_text_without_english_a_leftover_and_a_stray_are_seen(tmp_path: Path) -> None:
    module = package(
        tmp_path / "creneau_faulty",
        '<p>{{ _("Rien d’autre") }}</p><p>Bonjour</p>',
        'msgid "Adieu"\nmsgstr "Farewell"\n',
    )
    found = said(translation_faults(module, TENANT))
    assert "no English for 'Rien d’autre'" in found
    assert "no English for 'Un essai.'" in found
    assert "nobody says 'Adieu'" in found
    assert "page.html: 'Bonjour' is said outside _()" in found


def test_a_package_with_all_its_english_passes(tmp_path: Path) -> None:
    pairs = {"Essai": "Trial", "Un essai.": "A trial."}
    entries = "\n".join(
        f'msgid "{french}"\nmsgstr "{english}"\n' for french, english in pairs.items()
    )
    module = package(tmp_path / "creneau_faulty", '<p class="x">{{ _("Essai") }}</p>', entries)
    assert translation_faults(module, TENANT) == []


class Stubborn(BookingRule, frozen=True):
    __module__ = "creneau_faulty.rules"


def test_what_stays_after_switching_off_is_seen() -> None:
    def booking_rules(tenant: Tenant) -> Sequence[BookingRule]:
        del tenant
        return (Stubborn(),)

    def nav_items(tenant: Tenant) -> Sequence[NavItem]:
        del tenant
        return (NavItem(label="Essai", href="/faulty", icon="list", permission="x:read"),)

    @get("/faulty", opt=public())
    async def faulty() -> None: ...

    def register_routers() -> Sequence[object]:
        return (faulty,)

    module = made_up("faulty", presented("faulty"), register_routers)
    sneaked_in = made_up("sneaky", booking_rules, nav_items)
    plugins = Plugins({"faulty": module, "sneaky": sneaked_in})
    both = tenant_with("faulty", "sneaky")
    found = said(switching.leftovers(plugins, "faulty", module, both))
    assert "Stubborn is still there" in found
    assert "/faulty is still in the navigation" in found
    assert said(switching.leftovers(plugins, "faulty", module, TENANT)) == ""


@pytest.mark.parametrize(("status", "open_ones", "closed_ones"), [(200, 2, 0), (404, 0, 1)])
async def test_doors_that_stay_open_or_shut_are_seen(
    status: int, open_ones: int, closed_ones: int
) -> None:
    asked: list[str] = []

    async def status_of(tenant: Tenant, method: str, path: str) -> int:
        del tenant
        asked.append(f"{method} {path}")
        return status

    @get("/faulty", opt=public())
    async def listing() -> None: ...

    @get("/faulty/{bill_id:uuid}", opt=public())
    async def one(bill_id: UUID) -> None: ...

    def register_routers() -> Sequence[object]:
        return (listing, one)

    module = made_up("faulty", register_routers)
    assert len(await switching.open_doors(status_of, module, TENANT)) == open_ones
    assert f"GET /faulty/{UUID(int=0)}" in asked
    assert len(await switching.closed_doors(status_of, module, TENANT)) == closed_ones

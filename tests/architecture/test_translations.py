"""Whoever reads English reads all of it: each French text has its English, and nothing is left over."""

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import cast
from uuid import UUID

import pytest
from creneau import builtin
from creneau.context import Tenant
from creneau.plugins import installed
from creneau.testing import catalogues
from creneau.testing.catalogues import Entry, all_faults, entries_of
from creneau.testing.contract import said_by_hooks
from creneau.testing.texts import Text, constants, is_french, sentences, stray_texts, texts_of

from tests.architecture.tree import ROOT

# A package may use the texts of those it stands on.
CORE = ROOT / "platform" / "creneau"
TENANTS = ROOT / "tenants" / "creneau_tenants"
WEB = ROOT / "web" / "creneau_web"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/*/plugin.py"))
STANDS_ON = {CORE: (), TENANTS: (CORE,), WEB: (TENANTS, CORE)} | dict.fromkeys(
    PLUGINS, (WEB, TENANTS, CORE)
)
# Names that are the same in every language.
UNTRANSLATED = {"Créneau", "FR", "EN"}
# What these files hold is content or code, not what the product says.
CONTENT = ("demo/", "cli/", "testing/", "api/examples.py", "ui/samples.py", "templates/ui/")
SAMPLES = {"œ", "’", "Ville de Démonstration"}
BRAND = "Créneau"

TENANT = Tenant(
    id=UUID(int=1),
    slug="essai",
    name="Essai",
    locale="fr",
    time_zone="Europe/Paris",
    public_url="http://essai.localhost",
    plugins=frozenset(installed().names),
)


def contributing(package: Path) -> ModuleType | None:
    """Return the module whose hooks speak for a package."""
    if package == CORE:
        return builtin
    name = package.parent.name
    return cast("ModuleType", installed().module(name)) if name in installed().names else None


def said(package: Path) -> list[Text]:
    module = contributing(package)
    return texts_of(package) + (said_by_hooks(module, TENANT) if module else [])


def catalogue(*packages: Path) -> list[Entry]:
    return [entry for package in packages for entry in entries_of(package / "locale")]


def constants_of(package: Path) -> list[Text]:
    """Return the constants that are texts, or may be texts that somebody forgot."""
    known = {entry.message for entry in catalogue(package)}
    return [
        constant
        for constant in constants(package)
        if constant.message in known or not is_content(package, constant)
    ]


def is_content(package: Path, constant: Text) -> bool:
    return (
        constant.message in SAMPLES
        or not is_french(constant.message.replace(BRAND, ""))
        or any(f"{package.name}/{part}" in constant.where for part in CONTENT)
    )


@pytest.mark.parametrize("package", STANDS_ON, ids=lambda package: package.name)
def test_every_text_has_its_english_and_no_english_is_left_over(package: Path) -> None:
    borrowed = catalogue(*STANDS_ON[package])
    faults = all_faults(said(package), catalogue(package), borrowed, constants_of(package))
    assert faults == []


def test_no_two_catalogues_disagree() -> None:
    assert catalogues.contradictions(catalogue(*STANDS_ON)) == []


def test_templates_say_nothing_outside_the_translated_texts() -> None:
    strays = [
        f"{path.relative_to(ROOT)}: {text}"
        for package in STANDS_ON
        for path in sorted(package.rglob("*.html"))
        for text in stray_texts(path.read_text(encoding="utf-8"))
        if text not in UNTRANSLATED and "/templates/ui/" not in path.as_posix()
    ]
    assert strays == []


def entry(message: str, *english: str, plural: str | None = None) -> Entry:
    return Entry(message, english, plural, "x.po:1")


def text(message: str, plural: str | None = None) -> Text:
    return Text(message, plural, "x.py:1")


@pytest.mark.parametrize(
    ("texts", "entries", "fault"),
    [
        ([text("Bonjour")], [], "no English"),
        ([text("Bonjour")], [entry("Bonjour", "")], "no English"),
        ([text("un", "deux")], [entry("un", "one")], "no English"),
        ([text("un", "deux")], [entry("un", "one", plural="deux")], "no English"),
        ([], [entry("Bonjour", "Hello")], "nobody says"),
        ([text("a")], [entry("a", "b"), entry("a", "c")], "disagree"),
        ([text("%(a)s")], [entry("%(a)s", "%(b)s")], "['b'] is not in"),
    ],
)
def test_the_check_of_catalogues_sees_each_fault(
    texts: Iterable[Text], entries: Iterable[Entry], fault: str
) -> None:
    assert any(fault in found for found in all_faults(texts, entries))


def test_the_check_of_catalogues_is_content_with_a_whole_one() -> None:
    texts = [text("Bonjour %(name)s"), text("un", "deux")]
    whole = [entry("Bonjour %(name)s", "Hello %(name)s"), entry("un", "one", "two", plural="deux")]
    assert all_faults(texts, whole) == []


def test_a_label_in_a_table_needs_its_english_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('"""Été."""\nLABELS = {"x": "Été", "y": "Agent"}\n')
    found = constants(tmp_path)
    assert any("'Été'" in fault for fault in all_faults([], [], (), found))
    entries = [entry("Été", "Summer"), entry("Agent", "Agent")]
    assert all_faults([], entries, (), found) == []


def test_texts_are_found_wherever_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        'x = _("Un")\ny = ngettext("un jour", "des jours", 2)\n'
        'class Full(Refusal):\n    sentence = (\n        "Deux"\n        " mots"\n    )\n',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<p title="{{ _("Trois") }}">{{ gettext("Quatre") }}</p>')
    found = {(each.message, each.plural) for each in texts_of(tmp_path)}
    assert found == {
        ("Un", None), ("un jour", "des jours"), ("Deux mots", None), ("Trois", None), ("Quatre", None)
    }  # fmt: skip
    assert sentences("class A:\n    other = 'x'\n", "a.py") == []


def test_the_check_of_templates_sees_words_in_text_and_attributes() -> None:
    assert stray_texts('<p aria-label="Langue">Bonjour</p>') == ["Langue", "Bonjour"]
    assert stray_texts('{% if a %}<b class="x">{{ _("Oui") }}</b>{% endif %} · 3&nbsp;€') == []

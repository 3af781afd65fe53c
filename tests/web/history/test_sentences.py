"""Whatever is written into the history is told as a sentence, in both languages, never as a code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from creneau.i18n import current_locale
from creneau.plugins import installed
from creneau_web.app import register_texts
from creneau_web.history import telling
from creneau_web.history.telling import SENTENCES, sentence

KNOWN = {
    action: told
    for action, told in {**SENTENCES, **installed().history()}.items()
    # What lists are called stands beside the sentences, and is none.
    if not action.startswith("list.") or action in SENTENCES
}
ROOT = Path(__file__).parents[3]
ACTION = re.compile(r"^[a-z_]+\.[a-z_]+$")
WRITERS = {"record", "_record", "_note", "_tell", "tell", "tell_of"}

# Where an action is put together, what can come of it; who writes another such place adds it here.
PUT_TOGETHER = {
    "platform/creneau/planning/applying.py": {
        f"{kind}.{what}"
        for kind in ("opening", "absence", "closure")
        for what in (
            *("created", "edited", "split", "ended", "deleted"),
            *("occurrence_skipped", "occurrence_changed", "occurrence_restored"),
        )
    },
    "platform/creneau/calendars/service/accesses.py": {
        f"calendar_access.{what}" for what in ("made", "renewed", "ended")
    },
    "platform/creneau/messages/resending/service.py": {"message.resent", "waiting.told_again"},
    "platform/creneau/webhooks/service/sending.py": {"webhook.failing", "webhook.gone"},
    "platform/creneau/webhooks/service/setting.py": {
        f"webhook.{what}" for what in ("updated", "paused", "resumed", "secret_changed", "removed")
    },
    "tenants/creneau_tenants/service.py": {
        f"tenant.{state}" for state in ("onboarding", "active", "suspended")
    },
    "tenants/creneau_tenants/sign_on/service/providers.py": {
        f"identity_provider.{what}"
        for what in ("created", "updated", "switched", "deleted", "tested")
    },
}
# They hand on what somebody else named.
HANDED_ON = {
    "platform/creneau/appointments/steps.py",
    "platform/creneau/planning/service/changing.py",
    "platform/creneau/questions/service.py",
    "platform/creneau/sms/service/setting.py",
    "platform/creneau/starters/service.py",
    "tenants/creneau_tenants/domains/service.py",
    "tenants/creneau_tenants/looks/service.py",
    "tenants/creneau_tenants/mailing/service.py",
}


@pytest.fixture(autouse=True)
def texts() -> None:
    register_texts()


def calls(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in WRITERS:
                yield node


def actions_in(source: str) -> set[str]:
    """Name the actions that a module writes, as far as they stand there as they are."""
    found: set[str] = set()
    for call in calls(source):
        for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                found |= {given.value} if ACTION.match(given.value) else set()
    return found


def puts_together(source: str) -> bool:
    """Tell whether a module writes history whose action does not stand there as it is."""
    return any(
        isinstance(call.func, ast.Attribute | ast.Name)
        and len(call.args) > 2
        and "record" in ast.unparse(call.func)
        and not isinstance(call.args[2], ast.Constant)
        for call in calls(source)
        if not ast.unparse(call.func).startswith(("self._record", "_record"))
    )


def modules() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for layer in ("platform", "tenants", "web", "plugins")
        for path in (ROOT / layer).rglob("*.py")
        if {"node_modules", "history"}.isdisjoint(path.relative_to(ROOT).parts)
    }


def written() -> set[str]:
    found: set[str] = set()
    for path, source in modules().items():
        found |= actions_in(source) | PUT_TOGETHER.get(path, set())
    named = {name for source in modules().values() for name in _named(source)}
    return found | named


def _named(source: str) -> Iterator[str]:
    """Give the constants of `action=`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "action":
            value = node.value
            if isinstance(value, ast.Constant) and ACTION.match(str(value.value)):
                yield str(value.value)


@pytest.mark.feature("C-66")
def test_every_action_that_is_written_has_a_sentence() -> None:
    assert written() - KNOWN.keys() == set()
    assert len(written()) > 100


def test_no_action_is_put_together_where_nobody_said_what_can_come_of_it() -> None:
    known = PUT_TOGETHER.keys() | HANDED_ON
    unknown = {path for path, source in modules().items() if puts_together(source)} - known
    assert unknown == set()


def test_an_action_without_a_sentence_is_noticed() -> None:
    source = (
        'async def do(tx, actor, one):\n    await record(tx, actor, "choir.sung", "choir", one)'
    )
    assert actions_in(source) == {"choir.sung"}
    assert puts_together("async def do(): await history.record(tx, actor, f'choir.{x}', 'c', one)")


@pytest.mark.parametrize("action", sorted(KNOWN))
def test_a_sentence_is_whole_in_both_languages(action: str) -> None:
    told: dict[str, str] = {}
    for locale in ("fr", "en"):
        told[locale] = _in(locale, action)
        assert told[locale].endswith(".")
        assert action not in told[locale]
        assert "%(" not in told[locale]
    assert told["fr"] != told["en"]


def _in(locale: Any, action: str) -> str:
    token = current_locale.set(locale)
    try:
        return sentence(action, "Alice", "Mairie")
    finally:
        current_locale.reset(token)


def test_what_a_plugin_wrote_without_a_sentence_is_told_without_its_code() -> None:
    assert sentence("choir.sung", "Alice", None) == "Alice a modifié un réglage."


def test_the_subjects_that_are_linked_have_a_page() -> None:
    assert set(telling.HREFS) == {"booking", "organisation", "person", "place", "motive"}

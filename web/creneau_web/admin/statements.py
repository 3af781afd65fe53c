"""What the tenant states about accessibility, and the language of those who ask for none."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast

import msgspec
from creneau.context import current_tenant
from creneau.i18n import Locale
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau_tenants.looks import service as looks
from creneau_tenants.looks.rules import statement_version
from creneau_tenants.looks.schemas import Statement
from creneau_tenants.schemas import Conformity
from litestar import Request, get, post
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.forms import Form, form
from creneau_web.rendering import page

ACCESSIBILITY: Final = "/administration/accessibilite"
LANGUAGE: Final = "/administration/langue"
RIGHT: Final = "tenant:update"
AnyRequest = Request[Any, Any, Any]


class TypedStatement(msgspec.Struct, kw_only=True):
    """The form of the accessibility statement."""

    conformity: Conformity
    audited_on: date | None = None
    audited_by: str = ""
    exceptions: str = ""
    contact: str = ""


class TypedLanguage(msgspec.Struct, kw_only=True):
    """The form of the language."""

    locale: Locale


@get(ACCESSIBILITY, opt=permission(RIGHT))
async def statement_page() -> Template:
    """Show what the tenant states about accessibility (T-16)."""
    stated = await looks.statement()
    return await _statement_page(_saved(stated), statement_version(stated))


@post(ACCESSIBILITY, opt=permission(RIGHT), status_code=200)
async def save_statement(request: AnyRequest) -> Template | Redirect:
    """Change what the tenant states about accessibility."""
    reach.require_everywhere(RIGHT)
    typed = await form(request)
    version = typed.text("version")
    try:
        stated = typed.decode(TypedStatement, _sentences())
        wanted = Statement(**msgspec.structs.asdict(stated))
        changed = await looks.save_statement(wanted, reach.actor(), seen=version or None)
    except InvalidInput as refused:
        return await _statement_page(_typed(typed), version, wrong=refused.fields)
    except ChangedMeanwhile as conflict:
        now = cast("Statement", conflict.saved)
        return await _statement_page(_typed(typed), statement_version(now), conflict=_saved(now))
    labels = _labels()
    said = ", ".join(labels[field].lower() for field in changed)
    flashes.add(
        "success", _("Modifié : %(fields)s.", fields=said) if said else _("Rien n’a changé.")
    )
    return Redirect(ACCESSIBILITY, status_code=303)


@get(LANGUAGE, opt=permission(RIGHT))
async def language_page() -> Template:
    """Show the language of those who ask for none (T-15)."""
    return await _language_page({})


@post(LANGUAGE, opt=permission(RIGHT), status_code=200)
async def choose_language(request: AnyRequest) -> Template | Redirect:
    """Choose the language of those who ask for none."""
    reach.require_everywhere(RIGHT)
    try:
        chosen = (await form(request)).decode(
            TypedLanguage, {"locale": _("Choisissez une langue de la liste.")}
        )
    except InvalidInput as refused:
        return await _language_page(refused.fields)
    await looks.choose_language(chosen.locale, reach.actor())
    flashes.add("success", _("La langue est enregistrée."))
    return Redirect(LANGUAGE, status_code=303)


async def _language_page(wrong: Mapping[str, str]) -> Template:
    tenant = current_tenant.get()
    return page(
        "admin/language.html",
        status=422 if wrong else 200,
        chosen=tenant.locale,
        wrong=wrong,
        last=await saving.last_change("tenant", tenant.id),
    )


async def _statement_page(
    values: Mapping[str, str],
    version: str,
    *,
    wrong: Mapping[str, str] | None = None,
    conflict: Mapping[str, str] | None = None,
) -> Template:
    labels = _labels()
    differences = None
    if conflict is not None:
        differences = saving.differences(_readable(values), _readable(conflict), labels)
    return page(
        "admin/accessibility.html",
        status=409 if conflict is not None else 422 if wrong else 200,
        values=values,
        version=version,
        conformities=_conformities(),
        conflict=differences,
        labels=labels,
        wrong=wrong or {},
        last=await saving.last_change("tenant", current_tenant.get().id),
    )


def _saved(stated: Statement) -> Mapping[str, str]:
    return {name: value or "" for name, value in msgspec.to_builtins(stated).items()}


def _readable(values: Mapping[str, str]) -> Mapping[str, str]:
    names = {code: name for code, name, _hint in _conformities()}
    state = values["conformity"]
    return {**values, "conformity": names.get(state, state)}


def _conformities() -> list[tuple[str, str, str]]:
    return [
        (
            "not_conform",
            _("Non conforme"),
            _("Aucun audit, ou moins de la moitié des critères respectés."),
        ),
        (
            "partly_conform",
            _("Partiellement conforme"),
            _("Au moins la moitié des critères du RGAA, d’après un audit."),
        ),
        ("conform", _("Totalement conforme"), _("Tous les critères du RGAA, d’après un audit.")),
    ]


def _typed(typed: Form) -> Mapping[str, str]:
    return {name: typed.text(name) for name in Statement.__struct_fields__}


def _labels() -> dict[str, str]:
    return {
        "conformity": _("État de conformité"),
        "audited_on": _("Date de l’audit"),
        "audited_by": _("Qui a mené l’audit"),
        "exceptions": _("Ce qui n’est pas accessible"),
        "contact": _("Qui prévenir d’une difficulté"),
    }


def _sentences() -> dict[str, str]:
    return {
        "conformity": _("Choisissez un état de la liste."),
        "audited_on": _("Donnez une date, comme 24/11/2026."),
    }


ROUTES = (statement_page, save_statement, language_page, choose_language)

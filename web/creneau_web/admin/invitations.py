"""When whoever was invited and has not booked is reminded (S-11)."""

from collections.abc import Mapping
from typing import Any, Final, cast

from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.invitations import service as invitations
from creneau.invitations.schemas import InvitationRule
from creneau.refusals import ChangedMeanwhile, InvalidInput
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.forms import Form, form
from creneau_web.rendering import page

HOME: Final = "/administration/invitations"
RIGHT: Final = "tenant:update"
LONGEST_NUMBER: Final = 4
AnyRequest = Request[Any, Any, Any]


@get(HOME, opt=permission(RIGHT))
async def settings_page() -> Template:
    """Show the rule."""
    return _form(_values(await invitations.rule()))


@post(HOME, opt=permission(RIGHT), status_code=200)
async def save(request: AnyRequest) -> Template | Redirect:
    """Save the rule; whoever saves second is shown what stands."""
    reach.require_everywhere(RIGHT)
    typed = await form(request)
    before = await invitations.rule()
    try:
        wanted = _read(typed)
        await invitations.set_rule(wanted, reach.actor(), seen=_seen(typed))
    except InvalidInput as wrong:
        seen = typed.text("version")
        return _form({**typed.values(), "version": seen}, errors=wrong.fields)
    except ChangedMeanwhile as conflict:
        saved = cast("InvitationRule", conflict.saved)
        values = {**typed.values(), "version": _version(saved)}
        return _form(values, conflict=_differences(_read(typed), saved))
    flashes.add("success", saving.said_what_changed(before, wanted, _labels()))
    return Redirect(HOME, status_code=303)


def _read(typed: Form) -> InvitationRule:
    check: dict[str, str] = {}
    reminds = typed.text("reminds") == "yes"
    after = _number(typed.text("remind_after_days"))
    valid = _number(typed.text("valid_days"))
    if reminds and after is None:
        check["remind_after_days"] = _("Écrivez un nombre de jours.")
    if valid is None:
        check["valid_days"] = _("Écrivez un nombre de jours.")
    if check or valid is None:
        raise InvalidInput(check)
    return InvitationRule(remind_after_days=after if reminds else None, valid_days=valid)


def _number(typed: str) -> int | None:
    fits = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    return int(typed) if fits else None


def _seen(typed: Form) -> InvitationRule:
    after, _colon, valid = typed.text("version").partition(":")
    return InvitationRule(remind_after_days=_number(after), valid_days=_number(valid) or 0)


def _version(rule: InvitationRule) -> str:
    return f"{rule.remind_after_days or ''}:{rule.valid_days}"


def _values(rule: InvitationRule) -> dict[str, str]:
    return {
        "reminds": "yes" if rule.remind_after_days else "",
        "remind_after_days": str(rule.remind_after_days or InvitationRule().remind_after_days),
        "valid_days": str(rule.valid_days),
        "version": _version(rule),
    }


def _labels() -> Mapping[str, str]:
    return {"remind_after_days": _("Relance"), "valid_days": _("Durée de validité")}


def _differences(wanted: InvitationRule, saved: InvitationRule) -> list[saving.Difference]:
    return [
        saving.Difference(label=label, saved=_in_words(getattr(saved, name)))
        for name, label in _labels().items()
        if getattr(saved, name) != getattr(wanted, name)
    ]


def _in_words(days: int | None) -> str:
    return (
        _("jamais") if days is None else ngettext("%(num)s jour", "%(num)s jours", days, num=days)
    )


def _form(
    values: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    conflict: list[saving.Difference] | None = None,
) -> Template:
    return page(
        "admin/invitations.html",
        status=422 if errors else 409 if conflict is not None else 200,
        values=values,
        errors=errors or {},
        conflict=conflict,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (settings_page, save)

"""The pages of what is known of persons: what the territory works with, and who reads it (S-09)."""

from collections.abc import Collection
from typing import Any, Final

from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile
from creneau_web.ui import actor, flash, form, page, permission
from litestar import Request, get, post
from litestar.response import Redirect, Template

from creneau_social.situation import reading_list, rules, service
from creneau_social.situation.contributions import labels
from creneau_social.situation.schemas import Setting

SWITCH: Final = "social_field:update"
FIELDS: Final = "/administration/social/informations"


@get(FIELDS, opt=permission(SWITCH))
async def fields_page() -> Template:
    """Show which facts about persons the territory works with."""
    found = await service.setting()
    return _fields_page(found.fields, found.version)


@post(FIELDS, opt=permission(SWITCH))
async def choose_fields(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Choose them; whoever saves second is shown what the first one chose."""
    typed = await form(request)
    chosen = {name for name in rules.LABELS if typed.text(name)}
    try:
        await service.choose(chosen, typed.text("version"), actor())
    except ChangedMeanwhile as conflict:
        now = conflict.saved
        if not isinstance(now, Setting):
            raise
        return _fields_page(chosen, now.version, now.fields)
    flash("success", _("C’est enregistré : les fiches montrent ces informations et pas d’autres."))
    return Redirect(FIELDS, status_code=303)


def _fields_page(
    chosen: Collection[str], version: str, saved: frozenset[str] | None = None
) -> Template:
    named = labels()
    others = (
        [] if saved is None else [name for name in named if (name in saved) != (name in chosen)]
    )
    return page(
        "social/fields.html",
        status=200 if saved is None else 409,
        here=FIELDS,
        groups=(
            (_("État civil et adresse"), [(name, named[name]) for name in rules.CORE]),
            (_("Situation sociale"), [(name, named[name]) for name in rules.BY_NAME]),
        ),
        chosen=chosen,
        version=version,
        conflict=[
            {"label": named[name], "saved": _("oui") if name in (saved or ()) else _("non")}
            for name in others
        ]
        if saved is not None
        else None,
    )


ROUTES: Final = (fields_page, choose_fields, *reading_list.ROUTES)

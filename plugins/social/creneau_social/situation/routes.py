"""The pages of what is known of persons: what the territory works with, and who reads it (S-09)."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.finding.schemas import Within
from creneau.refusals import ChangedMeanwhile, NotAllowed
from creneau_web.ui import actor, flash, form, page, permission, visit
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_social.situation import rules, service
from creneau_social.situation.contributions import READERS, labels, local, readings_of
from creneau_social.situation.schemas import Setting

SWITCH: Final = "social_field:update"
FIELDS: Final = "/administration/social/informations"
READINGS: Final = "/agents/social/usagers/{person_id:uuid}/lectures"
PAGE: Final = 50
LAST_PAGE: Final = 1000


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


@get(READINGS, opt=permission(READERS))
async def readings_page(person_id: FromPath[UUID], page_number: FromQuery[str] = "") -> Template:
    """List who has read what of a person, and when."""
    found = await people.person(person_id)
    if not await people.is_known(person_id, _within()):
        raise NotAllowed
    typed = page_number
    number = min(max(int(typed), 1), LAST_PAGE) if typed.isascii() and typed.isdecimal() else 1
    rows = await service.readings(person_id, PAGE + 1, (number - 1) * PAGE)
    here = readings_of(person_id)
    return page(
        "social/readings_page.html",
        person=found,
        readings=local(rows[:PAGE]),
        labels=labels(),
        previous_href=f"{here}?page_number={number - 1}" if number > 1 else "",
        next_href=f"{here}?page_number={number + 1}" if len(rows) > PAGE else "",
    )


def _within() -> Within:
    rights = visit().rights
    if rights is None:
        return Within(organisation_ids=frozenset())
    if rights.everywhere(READERS):
        return Within(organisation_ids=None)
    return Within(organisation_ids=rights.organisations(READERS))


ROUTES: Final = (fields_page, choose_fields, readings_page)

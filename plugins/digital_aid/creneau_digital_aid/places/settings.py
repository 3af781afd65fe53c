"""The settings of the national map: each structure's sheet, and what is missing (D-09)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.context import Actor, current_tenant
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound
from creneau_web.ui import Form, form, page, permission, visit
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_digital_aid.places import service
from creneau_digital_aid.places.schemas import FEES, SERVICES, Sheet, SheetDraft

HREF: Final = "/administration/digital-aid/cartographie"
RIGHT: Final = "organisation:update"


@get(HREF, opt=permission(RIGHT))
async def sheets_page() -> Template:
    """List the structures with their sheets, and the places that the feed leaves out."""
    theirs = _theirs()
    return page(
        "digital_aid/sheets.html",
        sheets=await service.sheets(theirs),
        left_out=await service.left_out(theirs),
        tenant_url=current_tenant.get().public_url,
        href=HREF,
    )


@get(f"{HREF}/{{organisation_id:uuid}}", opt=permission(RIGHT))
async def sheet_page(organisation_id: FromPath[UUID]) -> Template:
    """Show a structure's sheet."""
    found = await _within(organisation_id)
    return _form(found, found, {})


@post(f"{HREF}/{{organisation_id:uuid}}", opt=permission(RIGHT), status_code=200)
async def save(
    request: Request[Any, Any, Any], organisation_id: FromPath[UUID]
) -> Template | Redirect:
    """Keep a structure's sheet."""
    found = await _within(organisation_id)
    typed = await form(request)
    draft = _draft(typed)
    try:
        await service.save_sheet(organisation_id, draft, _actor(), seen=typed.text("version"))
    except InvalidInput as wrong:
        return _form(found, draft, wrong.fields, version=typed.text("version"))
    except ChangedMeanwhile as conflict:
        now = msgspec.convert(conflict.saved, Sheet)
        return _form(now, draft, {}, conflict=_differences(draft, now))
    return Redirect(HREF, status_code=303)


def _draft(typed: Form) -> SheetDraft:
    return SheetDraft(
        pivot=typed.text("pivot"),
        services=tuple(typed.texts("services")),
        fees=typed.text("fees"),
        itinerant=bool(typed.text("itinerant")),
        summary=typed.text("summary"),
    )


def _form(
    found: Sheet,
    values: SheetDraft,
    wrong: Mapping[str, str],
    *,
    version: str | None = None,
    conflict: Sequence[Mapping[str, str]] | None = None,
) -> Template:
    return page(
        "digital_aid/sheet.html",
        status=422 if wrong else 409 if conflict is not None else 200,
        sheet=found,
        version=found.version if version is None else version,
        values=values,
        wrong=wrong,
        conflict=conflict,
        services=[(one, _(one)) for one in SERVICES],
        fees=[(one, _(one)) for one in FEES],
        href=HREF,
    )


def _differences(typed: SheetDraft, saved: SheetDraft) -> list[Mapping[str, str]]:
    labels = {
        "pivot": _("SIRET ou numéro RNA"),
        "services": _("Services proposés"),
        "fees": _("Ce que cela coûte"),
        "itinerant": _("Itinérance"),
        "summary": _("Présentation en une phrase"),
    }
    return [
        {"label": label, "saved": _shown(getattr(saved, name))}
        for name, label in labels.items()
        if getattr(typed, name) != getattr(saved, name)
    ]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return ", ".join(value) if isinstance(value, tuple) else value or "–"


def _theirs() -> Sequence[UUID] | None:
    rights = visit().rights
    if rights is None:
        raise NotFound
    return None if rights.everywhere(RIGHT) else sorted(rights.organisations(RIGHT))


async def _within(organisation_id: UUID) -> Sheet:
    found = await service.sheet(organisation_id)
    theirs = _theirs()
    if theirs is not None and organisation_id not in theirs:
        raise NotAllowed
    return found


def _actor() -> Actor:
    agent = visit().agent
    if agent is None:
        raise NotFound
    return Actor("agent", agent.id)


ROUTES: Final = (sheets_page, sheet_page, save)

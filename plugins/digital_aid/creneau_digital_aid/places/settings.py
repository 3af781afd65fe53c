"""The settings of the national map: each structure's sheet, and what is missing (D-09)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.context import Actor, current_tenant
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound
from creneau_web.ui import Form, form, lists, page, permission, visit
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_digital_aid.places import service
from creneau_digital_aid.places.schemas import FEES, SERVICES, Sheet, SheetDraft

HREF: Final = "/administration/digital-aid/cartographie"
RIGHT: Final = "organisation:update"


@get(HREF, opt=permission(RIGHT))
async def sheets_page() -> Template | Redirect:
    """List the structures with their sheets, and the places that the feed leaves out."""
    theirs = _theirs()
    return await lists.list_page(
        "digital_aid/sheets.html",
        await _arranged(),
        left_out=await service.left_out(theirs),
        tenant_url=current_tenant.get().public_url,
        href=HREF,
    )


async def _export() -> lists.Export:
    return lists.exported("fiches-des-structures", _("Fiches des structures"), await _arranged())


async def _arranged() -> lists.Listing[Sheet]:
    return lists.arranged(
        await service.sheets(_theirs()),
        _columns(),
        words_label=_("Nom"),
        text_of=lambda one: one.organisation_name,
        choices=[
            lists.Choice(
                name="etat",
                label=_("SIRET ou RNA"),
                options=(("rempli", _("Rempli")), ("a-remplir", _("À remplir"))),
                value_of=lambda one: "rempli" if one.pivot else "a-remplir",
            )
        ],
    )


def _columns() -> list[lists.Column[Sheet]]:
    return [
        lists.Column(name="structure", label=_("Structure"), key=lambda one: one.organisation_name),
        lists.Column(name="pivot", label=_("SIRET ou RNA"), key=lambda one: one.pivot or None),
        lists.Column(
            name="services",
            label=_("Services proposés"),
            key=lambda one: ", ".join(_(service) for service in one.services) or None,
        ),
        lists.Column(
            name="cout",
            label=_("Ce que cela coûte"),
            cell=lambda one: _(one.fees),
            only_exported=True,
        ),
        lists.Column(
            name="presentation",
            label=_("Présentation en une phrase"),
            cell=lambda one: one.summary,
            only_exported=True,
        ),
    ]


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


ROUTES: Final = (
    sheets_page,
    lists.export_route(HREF, RIGHT, _export),
    sheet_page,
    save,
)

"""The pages of the referential of motive names, in the administration (S-03)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.refusals import InvalidInput, NotAllowed
from creneau_web.ui import Form, actor, flash, form, in_reach, lists, permission, visit
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_social.naming import listing, service
from creneau_social.naming.errors import AlreadyDecided
from creneau_social.naming.schemas import NameRequest, RequestDraft
from creneau_social.naming.service import REQUESTS

KEEP: Final = "motive_name:update"
ASK: Final = "motive:update"
NAMES: Final = "/administration/social/noms-de-motifs"
NOBODY: Final = UUID(int=0)
MOST_ASKED: Final = 5
"""So many requests wait for an answer above the list."""
AnyRequest = Request[Any, Any, Any]


@get(NAMES, opt=permission(KEEP))
async def names_page() -> Template | Redirect:
    """Show the referential, service by service."""
    return await _names_page({"service_id": "", "name": ""})


@post(NAMES, opt=permission(KEEP))
async def add_name(request: AnyRequest) -> Template | Redirect:
    """Add a name to a service."""
    typed = await form(request)
    values = {name: typed.text(name) for name in ("service_id", "name")}
    try:
        await service.add_name(_id(values["service_id"]), values["name"], actor())
    except InvalidInput as wrong:
        return await _names_page(values, errors=wrong.fields)
    flash("success", _("Le nom « %(name)s » est dans la liste.", name=values["name"]))
    return Redirect(NAMES, status_code=303)


@post(f"{NAMES}/service", opt=permission(KEEP))
async def switch(request: AnyRequest) -> Redirect:
    """Switch the referential on or off."""
    on = bool((await form(request)).text("on"))
    await service.switch(on=on, actor=actor())
    flash("success", _("Le référentiel est en service.") if on else _("Les noms sont libres."))
    return Redirect(NAMES, status_code=303)


@post(f"{NAMES}/reprise", opt=permission(KEEP), status_code=303)
async def take_over() -> Redirect:
    """Begin with the names that motives have."""
    await service.take_over_names(actor())
    flash("success", _("Les noms des motifs en service sont dans la liste."))
    return Redirect(NAMES, status_code=303)


@post(f"{NAMES}/{{name_id:uuid}}/retrait", opt=permission(KEEP), status_code=303)
async def remove_name(name_id: FromPath[UUID]) -> Redirect:
    """Take a name out; motives that have it keep it."""
    name = await service.remove_name(name_id, actor())
    flash(
        "success",
        _("Le nom « %(name)s » est retiré. Les motifs qui le portent le gardent.", name=name),
    )
    return Redirect(NAMES, status_code=303)


async def _names_page(
    values: Mapping[str, str], *, errors: Mapping[str, str] | None = None
) -> Template | Redirect:
    names, services = await service.names(), await _services()
    listed = {(one.service_id, one.name) for one in names}
    in_use = await motives.motives()
    return await lists.list_page(
        "social/names.html",
        listing.names(names, services),
        status=422 if errors else 200,
        here=NAMES,
        requests_href=REQUESTS,
        on=await service.is_on(),
        waiting=len([one for one in await service.requests() if one.state == "waiting"]),
        unlisted=len([one for one in in_use if (one.service_id, one.name) not in listed]),
        choices=services,
        values=values,
        errors=errors or {},
    )


async def _export_names() -> lists.Export:
    found = listing.names(await service.names(), await _services())
    return lists.exported("noms-de-motifs", _("Noms des motifs"), found)


async def _services() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in await organisations.services()]


@get(REQUESTS, opt=permission(ASK))
async def requests_page() -> Template | Redirect:
    """List the requests within reach, and ask for another name."""
    return await _requests_page({})


@post(REQUESTS, opt=permission(ASK))
async def ask(request: AnyRequest) -> Template | Redirect:
    """Ask for a name."""
    typed = await form(request)
    try:
        draft = _draft(typed)
        await service.ask(draft, actor())
    except InvalidInput as wrong:
        return await _requests_page(typed.values(), errors=wrong.fields)
    flash("success", _("Votre demande est envoyée. La réponse arrivera par e-mail et ici."))
    return Redirect(REQUESTS, status_code=303)


def _draft(typed: Form) -> RequestDraft:
    organisation_id = _id(typed.text("organisation_id"))
    if not in_reach(ASK, organisation_id):
        raise InvalidInput({"organisation_id": _("Choisissez une organisation de la liste.")})
    return RequestDraft(
        organisation_id=organisation_id,
        service_id=_id(typed.text("service_id")),
        name=typed.text("name"),
        reason=typed.text("reason"),
    )


@post(f"{REQUESTS}/{{request_id:uuid}}", opt=permission(KEEP))
async def decide(request: AnyRequest, request_id: FromPath[UUID]) -> Template | Redirect:
    """Accept a name, or refuse it with a word."""
    # Whatever the form says, nothing is told of a request that is not there.
    await service.request(request_id)
    typed = await form(request)
    answer, accepts = typed.text("answer"), typed.text("decision") == "accept"
    try:
        found = await (service.accept if accepts else service.refuse)(request_id, answer, actor())
    except InvalidInput as wrong:
        values = {"deciding": str(request_id), "answer": answer}
        return await _requests_page(values, errors=wrong.fields)
    except AlreadyDecided as late:
        flash("warning", str(late))
        return Redirect(REQUESTS, status_code=303)
    said = (
        _("Le nom « %(name)s » est accepté. Un message part à %(who)s.", **_about(found))
        if accepts
        else _("Le nom « %(name)s » n’est pas retenu. Un message part à %(who)s.", **_about(found))
    )
    flash("success", said)
    return Redirect(REQUESTS, status_code=303)


def _about(found: NameRequest) -> dict[str, str]:
    return {"name": found.name, "who": found.asked_by_name}


async def _requests_page(
    values: Mapping[str, str], *, errors: Mapping[str, str] | None = None
) -> Template | Redirect:
    theirs = [one for one in await organisations.organisations() if in_reach(ASK, one.id)]
    if not theirs:
        raise NotAllowed
    blank = dict.fromkeys(("organisation_id", "service_id", "name", "reason", "deciding"), "")
    found = await _within_reach()
    return await lists.list_page(
        "social/name_requests.html",
        listing.requests(found),
        status=422 if errors else 200,
        here=REQUESTS,
        names_href=NAMES,
        may_decide=_may_decide(),
        waiting=[one for one in found if one.state == "waiting"] if _may_decide() else [],
        most=MOST_ASKED,
        states=listing.states(),
        organisations=[(str(one.id), one.name) for one in theirs if one.archived_at is None],
        services=await _services(),
        values={**blank, "answer": "", **values},
        errors=errors or {},
    )


async def _within_reach() -> list[NameRequest]:
    """Read the requests that the agent may see, as the clocks here say when they were made."""
    decides = _may_decide()
    return [
        _in_place(one)
        for one in await service.requests()
        if decides or in_reach(ASK, one.organisation_id)
    ]


async def _export_requests() -> lists.Export:
    found = listing.requests(await _within_reach())
    return lists.exported("demandes-de-noms", _("Demandes de noms de motifs"), found)


def _may_decide() -> bool:
    held = visit().rights
    return held is not None and held.can(KEEP)


def _in_place(found: NameRequest) -> NameRequest:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return msgspec.structs.replace(found, asked_at=found.asked_at.astimezone(zone))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return NOBODY


ROUTES = (
    names_page,
    lists.export_route(NAMES, KEEP, _export_names),
    lists.export_route(REQUESTS, ASK, _export_requests),
    add_name,
    switch,
    take_over,
    remove_name,
    requests_page,
    ask,
    decide,
)

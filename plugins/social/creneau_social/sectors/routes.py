"""The pages of sectors in the administration (S-12)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from creneau.agents import service as agents
from creneau.i18n import gettext as _
from creneau.organisations import service as organisations
from creneau.refusals import InvalidInput
from creneau_web.ui import Form, actor, flash, form, lists, permission
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_social.sectors import asking, listing, service
from creneau_social.sectors.schemas import Side, ZoneDraft

RIGHT: Final = "sector:update"
LIST: Final = "/administration/social/secteurs"
ONE: Final = f"{LIST}/{{sector_id:uuid}}"
ZONE: Final = ("town", "street", "first_number", "last_number", "side")
SIDES: Final[tuple[Side, ...]] = ("both", "even", "odd")
LONGEST_NUMBER: Final = 5
AnyRequest = Request[Any, Any, Any]


@get(LIST, opt=permission(RIGHT))
async def list_page() -> Template | Redirect:
    """List the sectors."""
    return await _list_page("")


@post(LIST, opt=permission(RIGHT))
async def create(request: AnyRequest) -> Template | Redirect:
    """Add a sector, and go on to what it holds."""
    name = (await form(request)).text("name")
    try:
        created = await service.add_sector(name, actor())
    except InvalidInput as wrong:
        return await _list_page(name, wrong.fields)
    flash("success", _("Le secteur « %(name)s » est créé. Dites ce qu’il contient.", name=name))
    return Redirect(f"{LIST}/{created}", status_code=303)


async def _list_page(name: str, errors: Mapping[str, str] | None = None) -> Template | Redirect:
    return await lists.list_page(
        "social/sectors.html",
        await listing.sectors(),
        status=422 if errors else 200,
        here=LIST,
        name=name,
        errors=errors or {},
    )


async def _export() -> lists.Export:
    return lists.exported("secteurs", _("Secteurs"), await listing.sectors())


@post(f"{ONE}/export", opt=permission(RIGHT), status_code=200)
async def export_zones(request: AnyRequest, sector_id: FromPath[UUID]) -> lists.Exporting:
    """Write the towns and streets of a sector into a file."""
    found = listing.zones((await service.whole(sector_id)).zones)
    return await lists.sent(request, lists.exported("zones", _("Communes et rues"), found))


@get(ONE, opt=permission(RIGHT))
async def sector_page(sector_id: FromPath[UUID]) -> Template | Redirect:
    """Show a sector: its towns and streets, and who looks after it."""
    return await _sector_page(sector_id, {})


@post(ONE, opt=permission(RIGHT))
async def add_zone(request: AnyRequest, sector_id: FromPath[UUID]) -> Template | Redirect:
    """Add a town or a street."""
    typed = await form(request)
    values = {name: typed.text(name) for name in ZONE}
    found = await service.towns_named(values["town"]) if values["town"].strip() else []
    chosen = [pair for pair in found if pair[0] == typed.text("code")] or found
    if not found:
        errors = {"town": _("Cette commune n’est pas connue. Vérifiez son nom.")}
        return await _sector_page(sector_id, values, errors=errors)
    if len(chosen) > 1:
        errors = {"code": _("Plusieurs communes correspondent : choisissez laquelle.")}
        return await _sector_page(sector_id, values, errors=errors, towns=found)
    try:
        await service.add_zone(sector_id, _zone(typed, chosen[0]), actor())
    except InvalidInput as wrong:
        return await _sector_page(sector_id, values, errors=wrong.fields)
    flash("success", _("C’est ajouté au secteur."))
    return Redirect(f"{LIST}/{sector_id}", status_code=303)


def _zone(typed: Form, town: tuple[str, str]) -> ZoneDraft:
    sides: dict[str, Side] = {one: one for one in SIDES}
    side = sides.get(typed.text("side"), "both")
    return ZoneDraft(
        town_code=town[0],
        town_name=town[1],
        street=typed.text("street").strip(),
        first_number=_number(typed, "first_number"),
        last_number=_number(typed, "last_number"),
        side=side,
    )


def _number(typed: Form, name: str) -> int | None:
    text = typed.text(name).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and int(text)):
        raise InvalidInput({name: _("Écrivez un numéro de rue, comme 12.")})
    return int(text)


@post(f"{ONE}/suppression", opt=permission(RIGHT), status_code=303)
async def remove(sector_id: FromPath[UUID]) -> Redirect:
    """Delete a sector."""
    name = await service.remove_sector(sector_id, actor())
    flash("success", _("Le secteur « %(name)s » est supprimé.", name=name))
    return Redirect(LIST, status_code=303)


@post(f"{LIST}/zones/{{zone_id:uuid}}/retrait", opt=permission(RIGHT), status_code=303)
async def remove_zone(zone_id: FromPath[UUID]) -> Redirect:
    """Take a zone out of its sector."""
    sector_id = await service.remove_zone(zone_id, actor())
    flash("success", _("C’est retiré du secteur."))
    return Redirect(f"{LIST}/{sector_id}", status_code=303)


@post(f"{ONE}/responsables", opt=permission(RIGHT))
async def give(request: AnyRequest, sector_id: FromPath[UUID]) -> Template | Redirect:
    """Have an organisation or an agent look after the sector."""
    kind, _colon, wanted = (await form(request)).text("who").partition(":")
    known = {value for _label, group in await _who() for value, _name in group}
    if f"{kind}:{wanted}" not in known:
        errors = {"who": _("Choisissez une organisation ou un agent de la liste.")}
        return await _sector_page(sector_id, {}, errors=errors)
    chosen = UUID(wanted)
    organisation_id = chosen if kind == "organisation" else None
    agent_id = chosen if kind == "agent" else None
    await service.give(sector_id, organisation_id=organisation_id, agent_id=agent_id, actor=actor())
    return Redirect(f"{LIST}/{sector_id}", status_code=303)


@post(f"{LIST}/responsables/{{duty_id:uuid}}/retrait", opt=permission(RIGHT), status_code=303)
async def take_back(duty_id: FromPath[UUID]) -> Redirect:
    """Have somebody look after the sector no more."""
    sector_id = await service.take_back(duty_id, actor())
    return Redirect(f"{LIST}/{sector_id}", status_code=303)


async def _who() -> list[tuple[str, list[tuple[str, str]]]]:
    sites = [one for one in await organisations.organisations() if one.archived_at is None]
    people = [one for one in await agents.agents() if one.state == "active"]
    return [
        (_("Toute une organisation"), [(f"organisation:{one.id}", one.name) for one in sites]),
        (_("Un seul agent"), [(f"agent:{one.id}", one.display_name) for one in people]),
    ]


async def _sector_page(
    sector_id: UUID,
    values: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    towns: list[tuple[str, str]] | None = None,
) -> Template | Redirect:
    whole = await service.whole(sector_id)
    return await lists.list_page(
        "social/sector.html",
        listing.zones(whole.zones),
        status=422 if errors else 200,
        list_href=LIST,
        here=f"{LIST}/{sector_id}",
        whole=whole,
        numbers=listing.numbers,
        who=await _who(),
        sides=[
            ("both", _("Les deux côtés")),
            ("even", _("Numéros pairs")),
            ("odd", _("Numéros impairs")),
        ],
        values={**dict.fromkeys(ZONE, ""), **values},
        towns=towns or [],
        errors=errors or {},
    )


ROUTES = (
    list_page,
    lists.export_route(LIST, RIGHT, _export),
    export_zones,
    create,
    sector_page,
    add_zone,
    remove,
    remove_zone,
    give,
    take_back,
    *asking.ROUTES,
)

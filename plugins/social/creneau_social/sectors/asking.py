"""The page that asks where somebody lives before they see any time (S-12)."""

from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.refusals import NotFound
from creneau_web.ui import answers_of, form, keep_answers, page, public
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_social.sectors import service
from creneau_social.sectors.limits import STREET, TOWN, TOWN_NAME, is_sectorised
from creneau_social.sectors.schemas import Address

WAY: Final = "/social/secteur/{motive_id:uuid}"
LONGEST: Final = 200
AnyRequest = Request[Any, Any, Any]


@get(WAY, opt=public())
async def ask(request: AnyRequest, motive_id: FromPath[UUID]) -> Template:
    """Ask for the town, and the street where it counts."""
    known = await answers_of(request)
    values = {"town": known.get(TOWN_NAME, ""), "street": known.get(STREET, "")}
    return await _page(motive_id, values)


@post(WAY, opt=public())
async def answer(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Keep the address, and go on to the motive of the team that looks after it."""
    await _asked_of(motive_id)
    typed = await form(request)
    values = {name: typed.text(name)[:LONGEST] for name in ("town", "street")}
    found = await service.towns_named(values["town"]) if values["town"].strip() else []
    chosen = [pair for pair in found if pair[0] == typed.text("code")] or found
    if not found:
        return await _page(motive_id, values, errors={"town": _no_town(values["town"])})
    if len(chosen) > 1:
        errors = {"code": _("Plusieurs communes correspondent : choisissez la vôtre.")}
        return await _page(motive_id, values, towns=found, errors=errors)
    (code, name), street = chosen[0], values["street"].strip()
    if not street and await service.needs_street(code):
        sentence = _("Plusieurs équipes se partagent cette commune : indiquez le numéro et la rue.")
        return await _page(motive_id, {**values, "town": name}, errors={"street": sentence})
    await keep_answers(request, {TOWN: code, TOWN_NAME: name, STREET: street})
    address = Address(town_code=code, town_name=name, street=street)
    wanted = await service.motive_for(motive_id, address)
    return Redirect(f"/rdv/{wanted}", status_code=303)


def _no_town(typed: str) -> str:
    if not typed.strip():
        return _("Indiquez votre commune ou votre code postal.")
    return _("Cette commune n’est pas connue. Vérifiez son nom, ou écrivez son code postal.")


async def _asked_of(motive_id: UUID) -> Motive:
    """Read a motive that depends on where somebody lives; raises `NotFound` for any other."""
    motive = await motives.motive(motive_id)
    bookable = motive.audience in {"everyone", "invited"}
    if not is_sectorised(motive) or not bookable or motive.archived_at:
        raise NotFound
    return motive


async def _page(
    motive_id: UUID,
    values: dict[str, str],
    *,
    towns: list[tuple[str, str]] | None = None,
    errors: dict[str, str] | None = None,
) -> Template:
    motive = await _asked_of(motive_id)
    return page(
        "social/sector_question.html",
        status=422 if errors else 200,
        motive=motive,
        organisation=await organisations.organisation(motive.organisation_id),
        here=service.way_to_ask(motive_id),
        values=values,
        towns=towns or [],
        errors=errors or {},
    )


ROUTES = (ask, answer)

"""The addresses at which the tenant is found, its own among them (T-05)."""

from collections.abc import Mapping
from typing import Any, Final

from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput, Refusal
from creneau_tenants.addresses import platform
from creneau_tenants.domains import service as domains
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

HOME: Final = "/administration/adresses"
RIGHT: Final = "tenant:update"
AnyRequest = Request[Any, Any, Any]


@get(HOME, opt=permission(RIGHT))
async def addresses_page() -> Template:
    """Show the addresses that are served, and those still to be proven."""
    return await _page()


@post(HOME, opt=permission(RIGHT), status_code=200)
async def claim(request: AnyRequest) -> Template | Redirect:
    """Note an address, and say how it is proven."""
    reach.require_everywhere(RIGHT)
    typed = (await form(request)).text("host")
    try:
        host = await domains.claim(typed, reach.actor())
    except InvalidInput as refused:
        return await _page(typed=typed, wrong=refused.fields)
    return Redirect(f"{HOME}#{host}", status_code=303)


@post(HOME + "/{domain:str}/verification", opt=permission(RIGHT), status_code=303)
async def prove(domain: FromPath[str]) -> Redirect:
    """Look for the record that proves an address."""
    reach.require_everywhere(RIGHT)
    await limit("name_look_up", str(reach.agent().id))
    try:
        await domains.prove(domain, visit().settings, reach.actor())
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not an address of this tenant's
            raise
        flashes.add("warning", str(refusal))
        return Redirect(f"{HOME}#{domain}", status_code=303)
    flashes.add("success", _("%(host)s mène maintenant à votre espace.", host=domain))
    return Redirect(HOME, status_code=303)


@post(HOME + "/{domain:str}/principale", opt=permission(RIGHT), status_code=303)
async def make_primary(domain: FromPath[str]) -> Redirect:
    """Have links lead to an address."""
    reach.require_everywhere(RIGHT)
    await domains.make_primary(domain, reach.actor())
    flashes.add("success", _("Les liens des messages mènent maintenant à %(host)s.", host=domain))
    return Redirect(HOME, status_code=303)


@get(HOME + "/{domain:str}/suppression", opt=permission(RIGHT))
async def give_up_page(domain: FromPath[str]) -> Template:
    """Say what it means to give an address up."""
    served = await domains.removable(domain)
    return page("admin/address_removal.html", host=domain, served=served)


@post(HOME + "/{domain:str}/suppression", opt=permission(RIGHT), status_code=303)
async def give_up(domain: FromPath[str]) -> Redirect:
    """Give an address up."""
    reach.require_everywhere(RIGHT)
    await domains.give_up(domain, reach.actor())
    flashes.add("success", _("%(host)s ne mène plus à votre espace.", host=domain))
    return Redirect(HOME, status_code=303)


async def _page(typed: str = "", wrong: Mapping[str, str] | None = None) -> Template:
    found = await domains.addresses()
    return page(
        "admin/addresses.html",
        status=422 if wrong else 200,
        served=found.served,
        claimed=found.claimed,
        given=next((one.host for one in found.served if not one.own), ""),
        url_of=platform().url_of,
        typed=typed,
        wrong=wrong or {},
    )


ROUTES = (addresses_page, claim, prove, make_primary, give_up_page, give_up)

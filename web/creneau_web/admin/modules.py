"""The verticals that the tenant has switched on, and those it could (T-03)."""

from typing import Final

import msgspec
from creneau.context import current_tenant
from creneau.contributions import PluginInfo
from creneau.i18n import gettext as _
from creneau.i18n import neutral
from creneau.plugins import installed
from creneau.refusals import NotFound
from creneau_tenants import service as tenants
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.rendering import page

HOME: Final = "/administration/modules"
RIGHT: Final = "tenant:update"


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical as the page shows it, in the current language."""

    name: str
    label: str
    description: str
    adds: list[str]
    needs: list[str]
    on: bool


@get(HOME, opt=permission(RIGHT))
async def modules_page() -> Template:
    """Show each vertical with what it adds and needs."""
    modules = [_module(info) for info in installed().infos().values()]
    last = await saving.last_change("tenant", current_tenant.get().id)
    return page("admin/modules.html", modules=modules, last=last)


@post(HOME + "/{plugin_name:str}/activation", opt=permission(RIGHT), status_code=303)
async def switch_on(plugin_name: FromPath[str]) -> Redirect:
    """Switch a vertical on."""
    return await _switch(plugin_name, on=True)


@get(HOME + "/{plugin_name:str}/arret", opt=permission(RIGHT))
async def switch_off_page(plugin_name: FromPath[str]) -> Template:
    """Say what is hidden once a vertical is switched off."""
    return page("admin/module_off.html", module=_module(_info(plugin_name)))


@post(HOME + "/{plugin_name:str}/arret", opt=permission(RIGHT), status_code=303)
async def switch_off(plugin_name: FromPath[str]) -> Redirect:
    """Switch a vertical off: hidden, never deleted."""
    return await _switch(plugin_name, on=False)


async def _switch(name: str, *, on: bool) -> Redirect:
    reach.require_everywhere(RIGHT)
    info = _info(name)
    await tenants.switch_plugin(current_tenant.get().id, name, on, reach.actor())
    said = _("%(label)s : activé.") if on else _("%(label)s : arrêté. Rien n’est effacé.")
    flashes.add("success", said % {"label": _(info.label)})
    return Redirect(HOME, status_code=303)


def _info(name: str) -> PluginInfo:
    info = installed().infos().get(name)
    if info is None:
        raise NotFound
    return info


def _module(info: PluginInfo) -> Module:
    return Module(
        name=info.name,
        label=_(info.label),
        description=neutral(info.description),
        adds=[neutral(text) for text in info.adds],
        needs=[neutral(text) for text in info.needs],
        on=info.name in current_tenant.get().plugins,
    )


ROUTES = (modules_page, switch_on, switch_off_page, switch_off)

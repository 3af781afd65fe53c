"""The list of the providers of single sign-on (T-06)."""

from typing import Final

from creneau.i18n import gettext as _
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.profiles import PROFILES
from creneau_tenants.sign_on.schemas import Provider
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import lists
from creneau_web.access import permission
from creneau_web.admin import reach

UPDATE: Final = "identity_provider:update"
LIST: Final = "/administration/connexion"


@get(LIST, opt=permission(UPDATE))
async def list_page() -> Template | Redirect:
    """List the providers."""
    reach.require_everywhere(UPDATE)
    return await lists.list_page(
        "admin/sign_on_list.html",
        await _arranged(),
        profiles=PROFILES,
        closed=await sign_on.passwords_closed(),
    )


async def _export() -> lists.Export:
    reach.require_everywhere(UPDATE)
    return lists.exported("fournisseurs", _("Fournisseurs d’identité"), await _arranged())


async def _arranged() -> lists.Listing[Provider]:
    return lists.arranged(
        await sign_on.providers(),
        _columns(),
        words_label=_("Nom"),
        text_of=lambda one: one.label,
        choices=[
            lists.Choice(
                name="public",
                label=_("Pour qui"),
                options=(("agents", _("Agents")), ("public", _("Public"))),
                value_of=_audiences,
            ),
            lists.Choice(
                name="etat",
                label=_("État"),
                options=tuple(_states().items()),
                value_of=_state,
            ),
        ],
    )


def _columns() -> list[lists.Column[Provider]]:
    return [
        lists.Column(name="nom", label=_("Nom"), key=lambda one: one.label),
        lists.Column(name="type", label=_("Type"), key=lambda one: PROFILES[one.profile].label),
        lists.Column(name="public", label=_("Pour qui"), key=_audience),
        lists.Column(name="etat", label=_("État"), key=lambda one: _states()[_state(one)]),
    ]


def _audiences(one: Provider) -> list[str]:
    theirs = (("agents", one.for_agents), ("public", one.for_public))
    return [name for name, holds in theirs if holds]


def _audience(one: Provider) -> str:
    if one.for_agents and one.for_public:
        return _("Agents et public")
    return _("Agents") if one.for_agents else _("Public")


def _state(one: Provider) -> str:
    if one.enabled:
        return "on"
    return "off" if one.tested_at else "untested"


def _states() -> dict[str, str]:
    return {"on": _("En service"), "off": _("Testé, coupé"), "untested": _("À tester")}


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    lists.export_route(LIST, UPDATE, _export),
)

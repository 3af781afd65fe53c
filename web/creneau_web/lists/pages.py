"""A page with a list on it: the saved searches stand above it as tabs, and one may open it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from creneau.i18n import gettext as _
from creneau.lists import service as lists
from creneau.lists.schemas import Search
from litestar.response import Redirect, Template

from creneau_web.lists.asking import ALL, SEARCH
from creneau_web.lists.listing import Listing
from creneau_web.rendering import page
from creneau_web.visit import visit

SAVED = "/listes/recherches"
OK = 200


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """A saved search above its list."""

    label: str
    href: str
    active: bool


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a list's page knows of saved searches: its tabs, and where to keep what is asked."""

    tabs: Sequence[Tab]
    save_href: str
    manage_href: str


async def list_page(
    template: str, listing: Listing[Any], *, status: int = 200, **context: object
) -> Template | Redirect:
    """Answer with a page around a list; one that is asked for nothing may open with a search."""
    agent = visit().agent
    searches = await lists.searches(agent.id, visit().path) if agent else []
    opening = next((one for one in searches if one.opens), None)
    if opening is not None and status == OK and not parse_qsl(visit().query):
        return Redirect(href_of(opening), status_code=303)
    return page(template, status=status, listing=listing, kept=_kept(searches, listing), **context)


def href_of(search: Search) -> str:
    """Give the address of a list as a saved search asks for it."""
    asked = [*parse_qsl(search.query), (SEARCH, str(search.id))]
    return f"{search.path}?{urlencode(asked)}"


def _kept(searches: Sequence[Search], listing: Listing[Any]) -> Kept:
    wanted = listing.asked.search
    found = any(str(one.id) == wanted for one in searches)
    tabs = [
        Tab(
            label=f"{one.name} ({one.service_name})" if one.service_name else one.name,
            href=href_of(one),
            active=str(one.id) == wanted,
        )
        for one in searches
    ]
    everything = Tab(
        label=_("Tout"), href=f"{visit().path}?{ALL}=oui", active=not found and not listing.filtered
    )
    asked = urlencode({"liste": visit().path, "demande": listing.query})
    return Kept(
        tabs=[everything, *tabs] if tabs else [],
        save_href=f"{SAVED}/nouvelle?{asked}",
        manage_href=f"{SAVED}?{urlencode({'liste': visit().path})}",
    )

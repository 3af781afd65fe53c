"""The pages of saved searches: keeping one, renaming it, sharing it, forgetting it (C-68)."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from creneau.agents.schemas import Agent
from creneau.i18n import gettext as _
from creneau.lists import service as lists
from creneau.lists.errors import TooManySearches
from creneau.lists.rules import is_path
from creneau.lists.schemas import SearchDraft
from creneau.organisations import service as organisations
from creneau.refusals import InvalidInput, NotFound
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import signed_in
from creneau_web.forms import Form, form
from creneau_web.lists.pages import SAVED, href_of
from creneau_web.rendering import page
from creneau_web.visit import visit

ONESELF: Final = "moi"
AnyRequest = Request[Any, Any, Any]
ONE: Final = SAVED + "/{search_id:uuid}"


@get(SAVED, opt=signed_in())
async def searches_page(liste: FromQuery[str] = "") -> Template:
    """List the searches that the agent has of a list."""
    path = _path(liste)
    found = await lists.searches(_agent().id, path)
    return page("lists/searches.html", path=path, searches=[(one, href_of(one)) for one in found])


@get(f"{SAVED}/nouvelle", opt=signed_in())
async def new_page(liste: FromQuery[str] = "", demande: FromQuery[str] = "") -> Template:
    """Ask under which name a search is kept, and for whom."""
    return await _form(SearchDraft(path=_path(liste), query=demande, name=""))


@post(f"{SAVED}/nouvelle", opt=signed_in())
async def save(request: AnyRequest) -> Template | Redirect:
    """Keep a search, and go back to the list as it asks for it."""
    typed = await form(request)
    draft = _draft(typed, path=typed.text("liste"), query=typed.text("demande"))
    try:
        made = await lists.save(_agent().id, draft)
    except InvalidInput as wrong:
        return await _form(draft, errors=wrong.fields, status=422)
    except TooManySearches as refused:
        return await _form(draft, errors={"name": str(refused)}, status=refused.status)
    flashes.add("success", _("La recherche « %(name)s » est enregistrée.", name=draft.name))
    return Redirect(href_of(await lists.search(_agent().id, made)), status_code=303)


@get(ONE, opt=signed_in())
async def search_page(search_id: FromPath[UUID]) -> Template:
    """Show a search's name and whose it is."""
    found = await lists.search(_agent().id, search_id)
    draft = SearchDraft(
        path=found.path,
        query=found.query,
        name=found.name,
        service_id=found.service_id,
        opens=found.opens,
    )
    return await _form(draft, search_id=search_id)


@post(ONE, opt=signed_in())
async def change(request: AnyRequest, search_id: FromPath[UUID]) -> Template | Redirect:
    """Save a search's name and whose it is."""
    found = await lists.search(_agent().id, search_id)
    draft = _draft(await form(request), path=found.path, query=found.query)
    try:
        await lists.change(_agent().id, search_id, draft)
    except InvalidInput as wrong:
        return await _form(draft, search_id=search_id, errors=wrong.fields, status=422)
    flashes.add("success", _("La recherche « %(name)s » est modifiée.", name=draft.name))
    return Redirect(_managed(found.path), status_code=303)


@post(f"{ONE}/suppression", opt=signed_in())
async def delete(search_id: FromPath[UUID]) -> Redirect:
    """Forget a search; the list itself loses nothing."""
    found = await lists.delete(_agent().id, search_id)
    flashes.add("success", _("La recherche « %(name)s » est supprimée.", name=found.name))
    return Redirect(_managed(found.path), status_code=303)


def _managed(path: str) -> str:
    return f"{SAVED}?{urlencode({'liste': path})}"


def _agent() -> Agent:
    agent = visit().agent
    if agent is None:
        raise NotFound
    return agent


def _path(text: str) -> str:
    if not is_path(text):
        raise NotFound
    return text


def _draft(typed: Form, *, path: str, query: str) -> SearchDraft:
    service = typed.text("service_id")
    try:
        service_id = UUID(service) if service not in {"", ONESELF} else None
    except ValueError:
        # Nobody's service: it is refused with the sentence for that.
        service_id = UUID(int=0)
    return SearchDraft(
        path=path,
        query=query,
        name=typed.text("name"),
        service_id=service_id,
        opens=typed.text("opens") == "yes",
    )


async def _form(draft: SearchDraft, *, status: int = 200, **more: Any) -> Template:
    back = f"{draft.path}?{draft.query}" if draft.query else draft.path
    return page(
        "lists/search.html",
        status=status,
        draft=draft,
        back_href=back,
        owners=await _owners(),
        **{"errors": {}, "search_id": None, **more},
    )


async def _owners() -> Sequence[tuple[str, str]]:
    rights = visit().rights
    own = rights.service_ids if rights else frozenset[UUID]()
    services = [one for one in await organisations.services() if one.id in own]
    return [
        (ONESELF, _("Moi")),
        *[(str(one.id), _("Les agents de « %(name)s »", name=one.name)) for one in services],
    ]


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    searches_page,
    new_page,
    save,
    search_page,
    change,
    delete,
)

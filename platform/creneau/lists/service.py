"""Keeping searches of lists, and noting who took a list away (C-68)."""

from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.i18n import gettext as _
from creneau.lists import queries
from creneau.lists.errors import TooManySearches
from creneau.lists.rules import checked
from creneau.lists.schemas import Exported, Search, SearchDraft
from creneau.refusals import InvalidInput, NotFound
from creneau.roles.queries import team

MOST: Final = 30


async def searches(agent_id: UUID, path: str) -> list[Search]:
    """List the searches of a list that an agent has: their own first, then those of services."""
    async with tenant_transaction() as tx:
        return await queries.searches(tx, agent_id, path)


async def search(agent_id: UUID, search_id: UUID) -> Search:
    """Read one search that an agent has; raises `NotFound` for anybody else's."""
    async with tenant_transaction() as tx:
        return await _found(tx, agent_id, search_id)


async def save(agent_id: UUID, draft: SearchDraft) -> UUID:
    """Keep a search for an agent, or for a service of theirs.

    Raises:
        InvalidInput: A field cannot be used, or the name is taken.
        TooManySearches: The list has as many as can be told apart.
    """
    clean = checked(draft)
    async with tenant_transaction() as tx:
        if len(await queries.searches(tx, agent_id, clean.path)) >= MOST:
            raise TooManySearches(most=MOST)
        await _require_usable(tx, agent_id, clean, None)
        made = await queries.insert(tx, agent_id, clean)
        await _set_opening(tx, agent_id, made, clean)
        await record(tx, Actor("agent", agent_id), "search.saved", "saved_search", made)
    return made


async def change(agent_id: UUID, search_id: UUID, draft: SearchDraft) -> None:
    """Rename a search, share it or take it back, and say whether the list opens with it.

    Raises:
        NotFound: The agent has no such search.
        InvalidInput: A field cannot be used, or the name is taken.
    """
    clean = checked(draft)
    async with tenant_transaction() as tx:
        await _found(tx, agent_id, search_id)
        await _require_usable(tx, agent_id, clean, search_id)
        await queries.update(tx, search_id, agent_id, clean)
        await _set_opening(tx, agent_id, search_id, clean)
        await record(tx, Actor("agent", agent_id), "search.changed", "saved_search", search_id)


async def delete(agent_id: UUID, search_id: UUID) -> Search:
    """Forget a search, for everybody who shared it; gives it as it was.

    Raises:
        NotFound: The agent has no such search.
    """
    async with tenant_transaction() as tx:
        found = await _found(tx, agent_id, search_id)
        await queries.delete(tx, search_id)
        await record(tx, Actor("agent", agent_id), "search.deleted", "saved_search", search_id)
    return found


async def note_export(told: Exported, actor: Actor) -> None:
    """Keep in the history who took which list away, with how many lines."""
    async with tenant_transaction() as tx:
        details = {"list": told.name, "format": told.format, "lines": told.lines}
        await record(tx, actor, "list.exported", "list", subject_of(told.name), details)


def subject_of(name: str) -> UUID:
    """Give the id under which the history knows a list."""
    return uuid5(NAMESPACE_URL, f"creneau:list:{name}")


async def _found(tx: Transaction, agent_id: UUID, search_id: UUID) -> Search:
    found = await queries.search(tx, agent_id, search_id)
    if found is None:
        raise NotFound
    return found


async def _require_usable(
    tx: Transaction, agent_id: UUID, draft: SearchDraft, but: UUID | None
) -> None:
    services = (await team(tx, agent_id)).service_ids
    if draft.service_id is not None and draft.service_id not in services:
        raise InvalidInput({"service_id": _("Choisissez un de vos services.")})
    if await queries.name_is_taken(tx, agent_id, draft, but):
        raise InvalidInput({"name": _("Une recherche porte déjà ce nom. Choisissez-en un autre.")})


async def _set_opening(
    tx: Transaction, agent_id: UUID, search_id: UUID, draft: SearchDraft
) -> None:
    if draft.opens:
        await queries.set_opening(tx, agent_id, draft.path, search_id)
    else:
        await queries.drop_opening(tx, agent_id, search_id)

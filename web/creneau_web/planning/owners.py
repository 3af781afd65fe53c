"""Whose openings and absences somebody looks after: agents within reach, and rooms (C-04)."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from creneau.agents import service as agents
from creneau.i18n import gettext as _
from creneau.refusals import NotAllowed, NotFound, Refusal
from creneau.resources import service as resources
from creneau.resources.schemas import Resource

from creneau_web.backoffice import reach
from creneau_web.forms import Form

READ, UPDATE = reach.READ, reach.UPDATE
OWNER: Final = "agent"


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """An agent, or a room or whatever else has a time of its own."""

    id: UUID
    label: str
    is_agent: bool = True


class AgentGone(Refusal):
    """The agent was removed while somebody had a page of theirs open."""

    code = "planning_agent_gone"
    status = 409
    sentence = (
        "%(name)s a quitté l’espace : ses plages d’ouverture et ses absences ne se modifient plus."
    )


async def owners(code: str) -> list[Owner]:
    """List whose time a right opens, agents by last name first; rooms to whoever reaches everyone."""
    people = [
        Owner(id=one.id, label=f"{one.last_name} {one.first_name}".strip())
        for one in await reach.visible_agents(code)
    ]
    if not reach.everyone_in(code):
        return people
    return [*people, *[Owner(id=one.id, label=one.label, is_agent=False) for one in await _rooms()]]


async def _rooms() -> list[Resource]:
    return [one for one in await resources.resources() if one.kind != "agent" and one.active]


async def chosen(known: Sequence[Owner], wanted: str) -> Owner:
    """Find whose time is asked for; nothing asked: one's own.

    Raises:
        NotFound: There is nobody and nothing of that id here.
        NotAllowed: It is out of reach.
        AgentGone: It is an agent who was removed.
    """
    if not wanted:
        own = reach.signed_in_agent().id
        return next((one for one in known if one.id == own), known[0])
    try:
        return await within(known, UUID(wanted))
    except ValueError as error:
        raise NotFound from error


async def within(known: Sequence[Owner], owner_id: UUID) -> Owner:
    """Find one of those within reach; raises as `chosen` does."""
    for one in known:
        if one.id == owner_id:
            return one
    if owner_id in {one.id for one in await resources.resources() if one.kind != "agent"}:
        raise NotAllowed
    gone = await agents.agent(owner_id)
    if gone.state == "removed":
        raise AgentGone(name=gone.display_name)
    raise NotAllowed


async def typed(form: Form) -> Owner:
    """Find for whom a form is filled in; raises as `chosen` does."""
    return await chosen(await owners(UPDATE), form.text(OWNER))


def said(owner: Owner, typed: str) -> str:
    """Name whom a form means, who is `owner` or whoever else it was."""
    return owner.label if typed == str(owner.id) else _("quelqu’un d’autre")


def is_own(owner: Owner) -> bool:
    """Tell whether it is the agent who asks."""
    return owner.id == reach.signed_in_agent().id


def href(path: str, owner: Owner, **more: str) -> str:
    """Write an address for an owner; one's own is asked for by default."""
    asked = {} if is_own(owner) else {OWNER: str(owner.id)}
    asked |= {name: value for name, value in more.items() if value}
    return f"{path}?{urlencode(asked)}" if asked else path

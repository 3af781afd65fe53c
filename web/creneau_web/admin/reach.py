"""Who changes a setting, and in which organisations the right to do so is held (C-04, T-08)."""

from uuid import UUID

from creneau.agents.schemas import Agent
from creneau.context import Actor
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau.refusals import NotAllowed, NotFound
from creneau.roles.rules import Rights

from creneau_web.visit import visit


def agent() -> Agent:
    """Give the agent who asks.

    Raises:
        NotFound: Nobody is signed in; routes of the administration ask for a right before.
    """
    signed_in = visit().agent
    if signed_in is None:
        raise NotFound
    return signed_in


def actor() -> Actor:
    """Name the agent who asks, for the history."""
    return Actor("agent", agent().id)


def rights() -> Rights:
    """Give all that the agent who asks may do; raises as `agent` does."""
    held = visit().rights
    if held is None:
        raise NotFound
    return held


def may_in(code: str, organisation_id: UUID) -> bool:
    """Tell whether a right is held in an organisation, or over the whole tenant."""
    held = rights()
    return held.everywhere(code) or organisation_id in held.organisations(code)


async def require_in(code: str, organisation_id: UUID) -> None:
    """Refuse whoever does not hold a right in the organisation of the thing itself.

    Raises:
        NotFound: There is no such organisation here.
        NotAllowed: The right is held elsewhere only.
    """
    if may_in(code, organisation_id):
        return
    await organisations.organisation(organisation_id)
    raise NotAllowed


def require_everywhere(code: str) -> None:
    """Refuse whoever does not hold a right over the whole tenant; raises `NotAllowed`."""
    if not rights().everywhere(code):
        raise NotAllowed


async def organisations_for(code: str) -> list[Organisation]:
    """List the organisations in which a right is held, by name."""
    return [found for found in await organisations.organisations() if may_in(code, found.id)]

"""Whose agendas an agent opens, and whose appointments (C-04, C-61)."""

from collections.abc import Sequence
from uuid import UUID

from creneau.agents import service as agents
from creneau.agents.schemas import Agent
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import Actor
from creneau.places import service as places
from creneau.refusals import NotAllowed, NotFound
from creneau.roles import service as roles

from creneau_web.visit import visit

READ = "appointment:read"
UPDATE = "appointment:update"
NOT_YET = frozenset({"held", "expired"})


def signed_in_agent() -> Agent:
    """Give the agent who asks.

    Raises:
        NotFound: Nobody is signed in; routes of agents ask for a right before they get here.
    """
    agent = visit().agent
    if agent is None:
        raise NotFound
    return agent


def actor() -> Actor:
    """Name the agent who asks, for the history."""
    return Actor("agent", signed_in_agent().id)


async def visible_agents(code: str = READ) -> list[Agent]:
    """List the agents whose agendas a right opens, by last name; oneself is among them."""
    return await roles.visible_agents(signed_in_agent().id, code)


def everyone_in(code: str) -> frozenset[UUID]:
    """Name the organisations in which a right opens every agenda."""
    rights = visit().rights
    return rights.reach(code).everyone_in if rights else frozenset()


def may_anywhere(code: str) -> bool:
    """Tell whether a right is held in any scope."""
    rights = visit().rights
    return rights is not None and rights.can(code)


async def chosen_agent(visible: Sequence[Agent], wanted: str) -> Agent:
    """Find whose agenda is asked for; nothing asked: one's own.

    Raises:
        NotFound: There is no such agent here, or none any more.
        NotAllowed: It is a colleague whose agenda is out of reach.
    """
    if not wanted:
        return signed_in_agent()
    agent_id = _uuid(wanted)
    for agent in visible:
        if agent.id == agent_id:
            return agent
    found = await agents.agent(agent_id)
    raise NotFound if found.state == "removed" else NotAllowed


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


async def booking_within(booking_id: UUID, code: str = READ) -> Booking:
    """Read a booking of an agenda within reach of a right; what a visitor only holds is not one.

    Raises:
        NotFound: There is no such booking here.
        NotAllowed: It is on no agenda within reach.
    """
    booking = await appointments.get(booking_id)
    if booking.state in NOT_YET:
        raise NotFound
    if not await may(booking, code):
        raise NotAllowed
    return booking


async def may(booking: Booking, code: str) -> bool:
    """Tell whether a right reaches a booking: one of its agents, or all of its organisation."""
    visible = await visible_agents(code)
    if not {agent.id for agent in visible}.isdisjoint(booking.resource_ids):
        return True
    place = await places.place(booking.place_id)
    return place.organisation_id in everyone_in(code)


async def agenda_with(booking: Booking) -> UUID | None:
    """Name the agenda to go back to from a booking: one's own first; None where none is in reach."""
    visible = [agent.id for agent in await visible_agents() if agent.id in booking.resource_ids]
    own = signed_in_agent().id
    return own if own in visible else next(iter(visible), None)

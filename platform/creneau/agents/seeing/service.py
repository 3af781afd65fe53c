"""Seeing the back office as a colleague does: read only, traced, told, over by itself (T-08)."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau_infra.clock import now as clock_now

from creneau.agents import queries as agents
from creneau.agents.mailing import write_to
from creneau.agents.seeing import queries
from creneau.agents.seeing.schemas import AboutSeeing, Begun, Seeing
from creneau.agents.standing import Standing, standing_of
from creneau.context import Actor, current_tenant
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.refusals import NotAllowed, NotFound
from creneau.roles.covering import covers

RIGHT: Final = "agent:impersonate"
SEEN_AS: Final = "mail.agent_seen_as"
LASTS: Final = timedelta(minutes=30)
SHOWN: Final = 20


async def begin(viewer_id: UUID, seen_id: UUID) -> Begun:
    """Begin to see the back office as a colleague does, for half an hour at most.

    The colleague is told by mail, once a day at most, and finds every visit on their account.

    Raises:
        NotFound: There is no such active agent here.
        NotAllowed: It is oneself, somebody of an organisation that the viewer does not
            administer, or somebody with a right that the viewer does not hold.
    """
    moment = clock_now()
    async with tenant_transaction() as tx:
        seen = await agents.find(tx, seen_id)
        if seen is None:
            raise NotFound
        viewer, other = await standing_of(tx, viewer_id), await standing_of(tx, seen_id)
        if seen.state != "active" or not may_see(viewer, other):
            raise NotAllowed
        begun = Begun(
            id=await queries.insert(tx, viewer_id, seen_id, moment, moment + LASTS),
            ends_at=moment + LASTS,
        )
        await history.record(tx, Actor("agent", viewer_id), "agent.seen_as", "agent", seen_id)
        about = AboutSeeing(agent_id=viewer_id, seen_id=seen_id, at=moment)
        await write_to(tx, seen_id, SEEN_AS, about, key=f"seen_as:{seen_id}:{_day(moment)}")
    return begun


def may_see(viewer: Standing, other: Standing) -> bool:
    """Tell whether somebody may see through a colleague's eyes: never more than with their own."""
    return (
        viewer.rights.agent_id != other.rights.agent_id
        and viewer.manages(RIGHT, other)
        and covers(viewer.rights, other.rights)
    )


async def still_sees(viewer_id: UUID, seen_id: UUID) -> bool:
    """Tell whether a visit may go on: both may have changed since it began."""
    async with tenant_transaction() as tx:
        return may_see(await standing_of(tx, viewer_id), await standing_of(tx, seen_id))


async def end(seeing_id: UUID, viewer_id: UUID) -> None:
    """End a visit; nothing happens if it is over."""
    async with tenant_transaction() as tx:
        seen_id = await queries.end(tx, seeing_id, clock_now())
        if seen_id is not None:
            actor = Actor("agent", viewer_id)
            await history.record(tx, actor, "agent.seen_as_ended", "agent", seen_id)


async def visits_of(seen_id: UUID) -> list[Seeing]:
    """List the latest visits through an agent's eyes, the newest first."""
    async with tenant_transaction() as tx:
        return await queries.of_agent(tx, seen_id, SHOWN)


def _day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(current_tenant.get().time_zone)).date()

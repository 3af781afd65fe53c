"""Letting an agent go: their appointments to come first, then everything at once (C-03).

Locks are taken in one order: the planning, the bookings under way, who administers, appointments.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.agents.links import queries as links
from creneau.agents.managing import queries
from creneau.agents.managing.errors import NotOneself, StillBooked
from creneau.agents.managing.schemas import Departure, Parting
from creneau.agents.managing.standings import (
    asking,
    keeping_an_administrator,
    reached,
    require_whole,
)
from creneau.agents.second_factor import queries as factors
from creneau.agents.standing import standing_of
from creneau.appointments.rescheduling import (
    cancel_for_the_service,
    drop_holds,
    mark_to_reschedule,
)
from creneau.calendars.queries import accesses as calendars
from creneau.calendars.service.busy import forget_sources_in
from creneau.claims.queries import lock_appointments
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.people.following import queries as following
from creneau.planning import applying
from creneau.planning.queries import impact, locks
from creneau.planning.queries.impact import Booked
from creneau.planning.schemas import EndBefore, SeriesRef, Touched
from creneau.waiting.events import time_freed


async def departure_of(agent_id: UUID, actor: Actor) -> Departure:
    """Tell which appointments to come depend on an agent.

    Raises:
        NotFound: There is no such agent here.
        NotAllowed: The actor does not administer all of their organisations.
    """
    async with tenant_transaction() as tx:
        asker = None if actor.id is None else await standing_of(tx, actor.id)
        _found, other = await reached(tx, asker, agent_id)
        require_whole(asker, other)
        found = await _booked(tx, agent_id, clock_now())
        return _departure(found, await following.count(tx, agent_id))


def _departure(found: Collection[Booked], followed: int) -> Departure:
    return Departure(
        followed=followed,
        bookings=tuple(
            Touched(**{name: getattr(one, name) for name in Touched.__struct_fields__})
            for one in found
            if not one.held
        ),
        holds=sum(one.held for one in found),
    )


async def _booked(tx: Transaction, agent_id: UUID, now: datetime) -> list[Booked]:
    found = await queries.bookings_to_come(tx, agent_id, now)
    return await impact.booked(tx, now, found)


async def remove(agent_id: UUID, parting: Parting, actor: Actor) -> None:
    """Let an agent go: appointments, openings, roles, sessions, all or nothing (C-03).

    What is done with appointments counts for those that were shown; a later one is shown first.

    Raises:
        StillBooked: Appointments to come depend on them, and nothing was chosen for these.
        LastAdministrator: An organisation would be left without one.
        NotOneself: Nobody removes themselves.
        NotFound: There is no such agent here.
        NotAllowed: The actor does not administer all of their organisations, or was removed
            a moment ago.
    """
    if actor.id == agent_id:
        raise NotOneself
    now = clock_now()
    async with keeping_an_administrator(), tenant_transaction() as tx:
        await locks.plan_alone(tx)
        await locks.hold_bookings_up(tx)
        asker = await asking(tx, actor)
        _found, other = await reached(tx, asker, agent_id)
        require_whole(asker, other)
        settled = await _settle(tx, agent_id, parting, actor, now)
        await _end_planning(tx, agent_id, now)
        await forget_sources_in(tx, agent_id)
        await queries.remove(tx, agent_id)
        await following.hand_over(tx, agent_id, parting.heir_id, actor)
        await _shut_out(tx, agent_id, now)
        await time_freed(tx)
        details = {"appointments": settled, "choice": parting.choice} if settled else {}
        await history.record(tx, actor, "agent.removed", "agent", agent_id, details)


async def _settle(
    tx: Transaction, agent_id: UUID, parting: Parting, actor: Actor, now: datetime
) -> int:
    ids = await queries.bookings_to_come(tx, agent_id, now)
    await lock_appointments(tx, await impact.appointments_of(tx, [*ids]))
    found = await _booked(tx, agent_id, now)
    booked = [one.booking_id for one in found if not one.held]
    if booked and (parting.choice == "refuse" or not parting.shown.issuperset(booked)):
        followed = await following.count(tx, agent_id)
        raise StillBooked(departure=_departure(found, followed))
    await drop_holds(tx, [one.booking_id for one in found if one.held])
    if parting.choice == "cancel":
        await cancel_for_the_service(tx, booked, actor)
    else:
        await mark_to_reschedule(tx, booked, actor, "agent.removed")
    return len(booked)


async def _end_planning(tx: Transaction, agent_id: UUID, now: datetime) -> None:
    empty = await queries.sessions_to_come(tx, agent_id, now)
    await queries.cancel_sessions(tx, empty)
    for one in await queries.openings_ahead(tx, agent_id, now):
        await applying.apply(tx, EndBefore(SeriesRef("opening", one.opening_id), one.day), now)


async def _shut_out(tx: Transaction, agent_id: UUID, now: datetime) -> None:
    await links.expire_all(tx, agent_id, now)
    await links.end_sessions(tx, agent_id, now)
    await factors.delete(tx, agent_id)
    await calendars.end_all_of_agent(tx, agent_id, now)

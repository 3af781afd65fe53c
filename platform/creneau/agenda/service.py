"""Agendas: what stands on them, and what has changed on them lately (C-60)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau_infra import clock

from creneau.agenda import queries
from creneau.agenda.schemas import Agenda, Away, Change, Opening
from creneau.appointments import queries as appointments
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.history.rules import first_id_at

LOOK_BACK: Final = timedelta(seconds=15)
"""How long a transaction may take from its entry in the history to its commit."""


async def read(agent_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime) -> Agenda:
    """Read all that stands on some agents' agendas in a time (UTC); five statements, however many."""
    bounds = (starts_from, starts_before)
    async with tenant_transaction() as tx:
        return Agenda(
            entries=await appointments.agenda(tx, agent_ids, *bounds),
            sessions=await queries.sessions(tx, agent_ids, *bounds),
            openings=await queries.openings(tx, agent_ids, *bounds),
            absences=await queries.absences(tx, agent_ids, *bounds),
            closings=await queries.closings(tx, agent_ids, *bounds),
        )


async def plans(
    agent_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> tuple[list[Opening], list[Away]]:
    """Read when some agents receive people and when they are away in a time (UTC)."""
    async with tenant_transaction() as tx:
        return (
            await queries.openings(tx, agent_ids, starts_from, starts_before),
            await queries.absences(tx, agent_ids, starts_from, starts_before),
        )


async def zone_of(agent_id: UUID) -> ZoneInfo:
    """Give the time zone in which an agent's days begin and end: their organisation's."""
    async with tenant_transaction() as tx:
        found = await queries.zone_of(tx, agent_id)
    return ZoneInfo(found or current_tenant.get().time_zone)


async def changes_lately(known: Collection[UUID]) -> list[Change]:
    """Tell what has changed on the tenant's agendas in the last seconds, but what is known.

    Entries become visible when they are committed, not in the order of their ids: so it looks back
    a while each time, and the caller remembers what it was told.
    """
    since = first_id_at(clock.now() - LOOK_BACK)
    async with tenant_transaction() as tx:
        found = await queries.changes(tx, since)
    return [one for one in found if one.id not in known]

"""Reading statistics: what changed is counted anew first, so that figures are never old (C-69)."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from creneau_infra.clock import now

from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.plugins import active
from creneau.statistics import queries
from creneau.statistics.contributed import StatisticsAsked, StatisticsTable
from creneau.statistics.queries import Reading
from creneau.statistics.rules import put_together, split
from creneau.statistics.schemas import Counts, Only, Question, Statistics

DAYS_AT_ONCE: Final = 10
"""No statement is long, however much there is to count."""


async def statistics(question: Question) -> Statistics:
    """Give all figures of a period."""
    zone = current_tenant.get().time_zone
    await refresh()
    at = now()
    async with tenant_transaction() as tx:
        cells = await queries.cells(tx, Reading(tx, question, zone, at))
        reading = Reading(tx, question, zone, at)
        persons = await queries.persons(tx, reading) if question.within.whole else []
        opened = await queries.opened_minutes(tx, Reading(tx, question, zone, at))
        names = await queries.names(tx)
    return put_together(question, cells, persons, opened, names)


async def of_plugins(
    question: Question, choices: Mapping[str, str] | None = None
) -> list[StatisticsTable]:
    """Give the tables that plugins add, in the order of the plugins.

    `choices` are those that were made of what their sources offer.
    """
    tenant = current_tenant.get()
    asked = StatisticsAsked(
        since=question.since,
        to=question.to,
        time_zone=tenant.time_zone,
        everything=question.within.everything,
        organisation_ids=question.within.organisation_ids,
        agent_ids=question.within.agent_ids,
        organisation_id=question.organisation_id,
        service_id=question.service_id,
        choices=choices or {},
    )
    found: list[StatisticsTable] = []
    async with tenant_transaction() as tx:
        for source in active().statistics_tables():
            found.extend(await source.tables(tx, asked))
    return found


async def standings(question: Question, only: Only) -> Counts:
    """Count the appointments of a period by status, of some things alone where they are named."""
    await refresh()
    async with tenant_transaction() as tx:
        reading = Reading(tx, question, current_tenant.get().time_zone, now())
        return await queries.standings(tx, reading, only)


async def refresh(tenant_id: UUID | None = None) -> int:
    """Count the days anew on which something changed; all of them, where none were or they moved.

    Tells in how many steps. A tenant that nobody looks at is counted by a worker all the same.
    """
    taken = 1
    while await _count_some(tenant_id):
        taken += 1
    return taken


async def _count_some(tenant_id: UUID | None) -> bool:
    async with tenant_transaction(tenant_id) as tx:
        zone = await queries.zone_of(tx)
        if await queries.counting_zone(tx) != zone:
            await queries.forget(tx, None)
            await queries.mark_everything(tx, zone)
            await queries.set_zone(tx, zone)
            return True
        await queries.mark_uncounted(tx, zone)
        if not await queries.has_marks(tx):
            return False
        marked = await queries.take_marks(tx, zone)
        days, later = split(marked, DAYS_AT_ONCE)
        await queries.put_back(tx, zone, later)
        await queries.forget(tx, days)
        await queries.count(tx, zone, days)
    return bool(later.starts or later.created)

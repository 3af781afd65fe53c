"""Reading statistics: what changed is counted anew first, so that figures are never old (C-69)."""

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Final
from uuid import UUID

from creneau_infra.clock import now
from creneau_infra.postgres.errors import NOT_WAITED
from msgspec.structs import replace

from creneau.appointments.listing.schemas import OnDay, Part, Sort, Standing
from creneau.context import current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.plugins import active, installed
from creneau.statistics import queries
from creneau.statistics.contributed import StatisticsAsked, StatisticsTable
from creneau.statistics.queries import Reading
from creneau.statistics.rules import put_together, split
from creneau.statistics.schemas import Counts, Only, Question, Statistics

DAYS_AT_ONCE: Final = 10
MANY: Final = 20_000
"""Of so many appointments days are counted one by one, so that no statement is long."""

PATIENCE_MS: Final = 500
"""No reader takes longer than this to count, or waits longer for whoever counts."""


async def statistics(question: Question) -> Statistics:
    """Give all figures of a period."""
    zone = current_tenant.get().time_zone
    complete = await ready()
    at = now()
    async with tenant_transaction() as tx:
        cells = await queries.cells(tx, Reading(tx, question, zone, at))
        reading = Reading(tx, question, zone, at)
        persons = await queries.persons(tx, reading) if question.within.whole else []
        opened = await queries.opened_minutes(tx, Reading(tx, question, zone, at))
        names = await queries.names(tx)
    found = put_together(question, cells, persons, opened, names)
    return found if complete else replace(found, complete=False)


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
        asked = replace(asked, counted=await queries.is_counted(tx))
        for source in active().statistics_tables():
            found.extend(await source.tables(tx, asked))
    return found


async def standings(question: Question, only: Only) -> Counts | None:
    """Count the appointments of a period by status, of some things alone where they are named.

    None: what changed is not counted yet, and it would take long to.
    """
    if not await ready():
        return None
    async with tenant_transaction() as tx:
        reading = Reading(tx, question, current_tenant.get().time_zone, now())
        return await queries.standings(tx, reading, only)


async def days(question: Question, only: Only, standing: Standing | None) -> Sequence[OnDay]:
    """Count the appointments of a period by the days on which they begin; nothing if none are counted."""
    async with tenant_transaction() as tx:
        if not await queries.is_counted(tx):
            return []
        reading = Reading(tx, question, current_tenant.get().time_zone, now())
        return await queries.days(tx, reading, only, standing)


async def parts(
    question: Question, only: Only, standing: Standing | None, by: Sort, *, descending: bool
) -> Sequence[Part]:
    """Count the appointments of a period by the parts of an order, in that order; nothing if none are counted.

    What has nothing to be sorted by comes last, either way round.
    """
    async with tenant_transaction() as tx:
        if not await queries.is_counted(tx):
            return []
        reading = Reading(tx, question, current_tenant.get().time_zone, now())
        found = await queries.parts(tx, reading, only, standing, by)
    ordered = found[::-1] if descending else found
    return sorted(ordered, key=lambda part: part.nobody)


async def ready() -> bool:
    """Count what changed, where that takes no reader's time; tells whether everything is counted.

    What is left, a worker counts within the minute. Whoever counts already is waited for as shortly.
    """
    async with tenant_transaction() as tx:
        if await queries.is_counted(tx):
            return True
    until = monotonic() + PATIENCE_MS / 1000
    try:
        while monotonic() < until:
            async with tenant_transaction() as tx:
                await queries.wait_at_most(tx, PATIENCE_MS)
                many = await queries.are_many(tx, MANY)
                zone = await queries.zone_of(tx)
                if many and await queries.counting_zone(tx) != zone:
                    break
                if not await _count_some(tx, 1 if many else DAYS_AT_ONCE):
                    return True
        async with tenant_transaction() as tx:
            await queries.wait_at_most(tx, PATIENCE_MS)
            await queries.ask(tx, asked=True)
    except NOT_WAITED:
        return False
    return False


async def refresh(tenant_id: UUID | None = None) -> int:
    """Count the days anew on which something changed; all of them, where none were or they moved.

    Tells in how many steps. A tenant that nobody looks at is counted by a worker all the same.
    """
    taken, left = 0, True
    while left:
        taken += 1
        async with tenant_transaction(tenant_id) as tx:
            left = await _count_some(tx, 1 if await queries.are_many(tx, MANY) else DAYS_AT_ONCE)
            if not left:
                await queries.ask(tx, asked=False)
    return taken


async def finish(tenant_id: UUID | None = None) -> None:
    """Count what a reader did not wait for."""
    async with tenant_transaction(tenant_id) as tx:
        asked = await queries.is_asked(tx)
    if asked:
        await refresh(tenant_id)


async def _count_some(tx: Transaction, most: int) -> bool:
    """Count so many of the days that are marked; tells whether there may be more."""
    zone = await queries.zone_of(tx)
    if await queries.counting_zone(tx) != zone:
        await queries.forget_all(tx)
        await queries.mark_everything(tx, zone)
        await queries.set_zone(tx, zone)
        return True
    await queries.mark_uncounted(tx, zone)
    if not await queries.has_marks(tx):
        return False
    persons = await queries.take_persons(tx)
    for figures in installed().kept_figures():
        await figures.keep(tx, persons)
    days, later = split(await queries.take_marks(tx, zone), most)
    await queries.put_back(tx, zone, later)
    await queries.forget(tx, days)
    await queries.count(tx, zone, days)
    return True

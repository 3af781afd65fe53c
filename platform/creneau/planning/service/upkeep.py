"""Keeping what is written out ahead of the calendar, and equal to what the rules mean."""

from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.database import tenant_transaction
from creneau.planning import writing
from creneau.planning.queries import holidays as calendars
from creneau.planning.queries import locks
from creneau.planning.queries import series as rules_kept
from creneau.planning.rules import horizon
from creneau.planning.schemas import Rebuilt, SeriesRef


async def keep_ahead(tenant_id: UUID) -> int:
    """Write a tenant's occurrences out up to 400 days ahead, and tell how many series needed it.

    Costs two statements on all days but the first call of each; may run anywhere, any number of
    times at once.
    """
    until = horizon(clock_now())
    async with tenant_transaction(tenant_id) as tx:
        behind = await rules_kept.refs(tx, until)
        calendars_behind = await calendars.kept(tx, until)
    for ref in behind:
        await _rewrite(ref, tenant_id)
    for organisation_id in calendars_behind:
        await _rewrite_holidays(organisation_id, tenant_id)
    return len(behind) + len(calendars_behind)


async def rebuild(tenant_id: UUID | None = None) -> Rebuilt:
    """Write every occurrence of a tenant anew from the rules, and tell what was wrong before."""
    found = await check(tenant_id)
    async with tenant_transaction(tenant_id) as tx:
        refs = await rules_kept.refs(tx)
        kept = await calendars.kept(tx)
    for ref in refs:
        await _rewrite(ref, tenant_id)
    for organisation_id in kept:
        await _rewrite_holidays(organisation_id, tenant_id)
    return found


async def check(tenant_id: UUID | None = None) -> Rebuilt:
    """Compare what is written out with what the rules mean, and change nothing."""
    found = Rebuilt()
    async with tenant_transaction(tenant_id) as tx:
        await locks.plan_alone(tx)
        for ref in await rules_kept.refs(tx):
            found += await writing.difference(tx, ref)
        now = clock_now()
        for organisation_id in await calendars.kept(tx):
            found += await writing.difference_of_holidays(tx, organisation_id, now)
    return found


# One transaction for each series: bookings and changes wait for one of them at most.
async def _rewrite(ref: SeriesRef, tenant_id: UUID | None) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await locks.plan_alone(tx)
        if await rules_kept.find(tx, ref) is not None:
            await writing.write_out(tx, ref, horizon(clock_now()))


async def _rewrite_holidays(organisation_id: UUID, tenant_id: UUID | None) -> None:
    now = clock_now()
    async with tenant_transaction(tenant_id) as tx:
        await locks.plan_alone(tx)
        await writing.write_holidays(tx, organisation_id, now, horizon(now))

"""Asking for work after a commit and for the work of a day; going round."""

from typing import Final
from zoneinfo import ZoneInfo

from creneau_infra import clock
from creneau_infra.errors import PermanentError
from creneau_infra.outbox.service import put

from creneau.afterwards.rules import day_of
from creneau.afterwards.schemas import Day
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.plugins import installed

__all__ = ["PermanentError", "plan_day", "put"]

DAILY: Final = "daily.work"


async def plan_day(tenant: Tenant) -> None:
    """Have the work of a tenant's day done, of the core and of what the tenant has switched on.

    However often and by however many workers it is asked for: each is done once.
    """
    day = day_of(clock.now(), ZoneInfo(tenant.time_zone))
    async with tenant_transaction(tenant.id) as tx:
        for plugin, work in installed().daily_work():
            if installed().is_on(plugin, tenant):
                due = Day(code=work.code, day=day)
                await put(tx, DAILY, due, key=f"daily:{work.code}:{day}", lane="slow")


async def go_round(tenant: Tenant) -> None:
    """Have what the tenant has switched on look after what it keeps ready."""
    for plugin, work in installed().rounds():
        if installed().is_on(plugin, tenant):
            with acting_for(tenant):
                await work.do()

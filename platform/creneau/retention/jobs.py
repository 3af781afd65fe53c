"""What the worker does of the retention, every night: a part at a time, until nothing is left (S-14)."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau_infra import clock
from creneau_infra.outbox.schemas import Handler
from creneau_infra.outbox.service import put

from creneau.afterwards.rules import day_of
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.retention.service import erase_some

ERASE: Final = "retention.erase"
TenantOf = Callable[[UUID], Awaitable[Tenant]]


async def plan_night(tenant: Tenant) -> None:
    """Have a tenant's erasing begin, once a day, however many workers ask for it."""
    day = day_of(clock.now(), ZoneInfo(tenant.time_zone))
    async with tenant_transaction(tenant.id) as tx:
        await put(tx, ERASE, {}, key=f"{ERASE}:{day}", lane="slow")


def handlers(tenant_of: TenantOf) -> dict[str, Handler]:
    """Give what erases some of what is due, and leaves the rest to the next piece."""

    async def erase(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del payload
        with acting_for(await tenant_of(tenant_id)):
            if await erase_some():
                async with tenant_transaction() as tx:
                    await put(tx, ERASE, {}, key=f"{row_id}:more", lane="slow")

    return {ERASE: erase}

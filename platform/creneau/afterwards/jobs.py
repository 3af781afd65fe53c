"""The outbox's handlers of plugins' own work, and of the work of a day."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
import structlog
from creneau_infra.errors import PermanentError
from creneau_infra.outbox.schemas import Handler

from creneau.afterwards.contributed import Work
from creneau.afterwards.schemas import Day
from creneau.afterwards.service import DAILY
from creneau.context import Tenant, acting_for
from creneau.plugins import installed

TenantOf = Callable[[UUID], Awaitable[Tenant]]
_log = structlog.stdlib.get_logger(__name__)


def handlers(tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind of plugins' work, and of daily work."""
    own = {work.kind: _handler(plugin, work, tenant_of) for plugin, work in installed().work()}
    return {**own, DAILY: _daily(tenant_of)}


def _handler(plugin: str, work: Work, tenant_of: TenantOf) -> Handler:
    async def do(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        tenant = await tenant_of(tenant_id)
        # What a plugin left to do before it was switched off is not done in the tenant's name.
        if not installed().is_on(plugin, tenant):
            _log.info("plugin_work_left", kind=work.kind, id=str(row_id))
            return
        with acting_for(tenant):
            await work.do(row_id, payload)

    return do


def _daily(tenant_of: TenantOf) -> Handler:
    async def do(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del row_id
        code = msgspec.convert(payload, Day, strict=False).code
        found = {work.code: (plugin, work) for plugin, work in installed().daily_work()}
        if code not in found:
            raise PermanentError(code)
        plugin, work = found[code]
        tenant = await tenant_of(tenant_id)
        if installed().is_on(plugin, tenant):
            with acting_for(tenant):
                await work.do()

    return do

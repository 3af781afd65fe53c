"""The outbox's handlers of imports: each may run twice, and does everything once."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from creneau_infra.outbox.schemas import Handler

from creneau.context import Tenant, acting_for
from creneau.imports import service
from creneau.imports.schemas import AboutImport
from creneau.refusals import NotFound

TenantOf = Callable[[UUID], Awaitable[Tenant]]
Step = Callable[[UUID], Awaitable[None]]


def handlers(tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind."""
    return {
        service.CHECK: _handler(service.check, tenant_of),
        service.WRITE: _handler(service.write, tenant_of),
    }


def _handler(step: Step, tenant_of: TenantOf) -> Handler:
    async def handle(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del row_id
        import_id = msgspec.convert(payload, AboutImport, strict=False).import_id
        tenant = await tenant_of(tenant_id)
        with acting_for(tenant):
            try:
                found = await service.data_import(import_id)
            except NotFound:
                # Given up meanwhile.
                return
        # The sentences are for whoever sent the file, in their language.
        with acting_for(tenant, found.locale):
            await step(import_id)

    return handle

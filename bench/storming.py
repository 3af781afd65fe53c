"""Ten thousand random operations by sixteen clients, all rules checked after each batch (R-5)."""

import time
from collections import Counter
from uuid import uuid4

import invariants
import msgspec
import operations
from creneau.context import acting_for
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.migrations import migrate
from creneau_infra.settings import load
from creneau_tenants import addresses
from creneau_tenants import service as tenants
from creneau_tenants.schemas import TenantDraft
from creneau_web.migrations import migration_apps
from invariants import Found
from operations import Client, Clock
from scratch import connected

CLIENTS = 16
BATCH = 25
"""Operations of each client between two checks."""
AGENTS = 8
DAYS = 8


class Storm(msgspec.Struct, frozen=True):
    """What came of it: `broken` sums up every check, `tally` counts answers by operation."""

    clients: int
    operations: int
    checks: int
    seconds: float
    hours_passed: float
    sessions: int
    absences: int
    confirmed: int
    broken: Found
    deadlocks: int
    tally: dict[str, int]

    @property
    def holds(self) -> bool:
        """No rule was ever broken, and nobody waited in a circle."""
        return self.broken.holds and not self.deadlocks


async def storm(address: PostgresAddress, number: int, seed: int = 5) -> Storm:
    """Let the clients loose on a town of its own, through the services that the pages use."""
    await migrate(address.owner_url, migration_apps())
    addresses.configure(load({"CRENEAU_ENVIRONMENT": "test"}))
    async with connected(address):
        name = f"storm-{uuid4().hex[:8]}"
        tenant = await tenants.create_tenant(TenantDraft(slug=name, name=name))
        clock = Clock()
        with acting_for(tenant), operations.going_by(clock):
            return await _storm(clock, number, seed)


async def _storm(clock: Clock, number: int, seed: int) -> Storm:
    world = await operations.build(AGENTS, DAYS)
    clients = [Client(world, clock, one, seed) for one in range(CLIENTS)]
    begun, broken, seconds, checks = clock.now(), Found(), 0.0, 0
    while CLIENTS * BATCH * checks < number:
        started = time.perf_counter()
        await operations.act_together(clients, BATCH)
        seconds += time.perf_counter() - started
        promised = operations.promises(clients)
        found = await invariants.check(world, operations.cuts(world), promised, clock.now())
        broken, checks = broken.plus(found), checks + 1
    tally = sum((client.tally for client in clients), Counter[str]())
    return Storm(
        clients=CLIENTS,
        operations=tally.total(),
        checks=checks,
        seconds=round(seconds, 1),
        hours_passed=round((clock.now() - begun).total_seconds() / 3600, 1),
        sessions=len(world.sessions),
        absences=len(world.absences),
        confirmed=len(operations.promises(clients)),
        broken=broken,
        deadlocks=0,
        tally=dict(sorted(tally.items())),
    )

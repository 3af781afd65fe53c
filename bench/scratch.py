"""A small town in a scratch database: what is broken on purpose is broken here."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau.tokens.rules import SCOPES
from creneau.tokens.service import create_token
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.migrations import migrate
from creneau_infra.settings import load
from creneau_tenants import addresses
from creneau_tenants import service as tenants
from creneau_tenants.schemas import TenantDraft
from creneau_web.migrations import migration_apps

WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


class Town(msgspec.Struct, frozen=True):
    """A tenant with one motive, its agents, and tokens of as many programs."""

    host: str
    tenant: Tenant
    motive: UUID
    agents: list[UUID]
    tokens: list[str]


@asynccontextmanager
async def connected(address: PostgresAddress) -> AsyncGenerator[None, None]:
    """Let this process use the domain's own services."""
    await DB.start_pool(address.app_url, size=10)
    try:
        yield
    finally:
        await DB.stop_pool()


async def found(address: PostgresAddress, size: int, programs: int) -> Town:
    """Found a town through the services that users use: `size` agents, open on workdays."""
    await migrate(address.owner_url, migration_apps())
    addresses.configure(load({"CRENEAU_ENVIRONMENT": "test"}))
    async with connected(address):
        name = f"scratch-{uuid4().hex[:8]}"
        tenant = await tenants.create_tenant(TenantDraft(slug=name, name=name))
        with acting_for(tenant):
            return await _furnish(tenant, size, programs)


async def _furnish(tenant: Tenant, size: int, programs: int) -> Town:
    organisation = await organisations.create_organisation(OrganisationDraft(name="Mairie"), SYSTEM)
    service = await organisations.create_service("Citoyenneté", False, SYSTEM)
    place = await places.create_place(PlaceDraft(organisation_id=organisation, name="Ici"), SYSTEM)
    motive = await motives.create_motive(
        MotiveDraft(
            organisation_id=organisation,
            service_id=service,
            name="Carte d’identité",
            audience="everyone",
        ),
        SYSTEM,
    )
    staff = [await _agent(number, organisation, service) for number in range(size)]
    for agent in staff:
        await _open(agent, place, motive)
    tokens = [await create_token(tenant, SCOPES, "bench", 1) for _ in range(programs)]
    return Town(f"{tenant.slug}.localhost", tenant, motive, staff, tokens)


async def _agent(number: int, organisation: UUID, service: UUID) -> UUID:
    return await agents.create_agent(
        AgentDraft(
            email=f"agent{number}@exemple.fr",
            first_name="Agent",
            last_name=f"Numéro {number}",
            service_ids=(service,),
            memberships=((organisation, "agent"),),
        ),
        SYSTEM,
    )


async def _open(agent: UUID, place: UUID, motive: UUID) -> None:
    values: dict[str, Any] = {
        "resource_id": agent,
        "place_id": place,
        "motive_ids": [motive],
        "first_day": datetime.now(UTC).date(),
        "recurrence": WORKDAYS,
    }
    for start, end in ((time(9), time(12)), (time(13), time(17))):
        draft = OpeningDraft(start_time=start, end_time=end, **values)
        await planning.create_opening(draft, SYSTEM)


def window(days: int) -> str:
    """Ask for a time from next week on."""
    today = datetime.now(UTC).date()
    first = today + timedelta(days=7)
    return f"from={first}&to={first + timedelta(days=days)}"

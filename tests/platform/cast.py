"""Who plays in the domain's tests: Alice owns, Bob is a colleague, Charlie is a stranger."""

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
from creneau_tenants import service as tenants
from creneau_tenants.schemas import TenantDraft

from tests.copies import copied

PASSWORD = "une phrase assez longue"


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation with two services and a secretariat, a place and a motive.

    Alice administers and belongs to Citoyenneté; Bob is an agent of État civil, Bea of
    Citoyenneté; Sam is an agent of the secretariat service.
    """

    organisation: UUID
    citizenship: UUID
    registry: UUID
    reception: UUID
    place: UUID
    motive: UUID
    alice: UUID
    bob: UUID
    bea: UUID
    sam: UUID


async def new_tenant(**changes: Any) -> Tenant:
    """Create a tenant whose address no other test has."""
    slug = f"t{uuid4().hex[:12]}"
    values: dict[str, Any] = {"slug": slug, "name": f"Ville {slug}", **changes}
    return await tenants.create_tenant(TenantDraft(**values))


async def new_agent(
    name: str, organisation: UUID, service: UUID, role: str, **changes: Any
) -> UUID:
    """Add an agent, invited unless a password is given."""
    values: dict[str, Any] = {
        "email": f"{name.lower()}@exemple.fr",
        "first_name": name,
        "last_name": "Martin",
        "service_ids": (service,),
        "memberships": ((organisation, role),),
        **changes,
    }
    return await agents.create_agent(AgentDraft(**values), SYSTEM)


async def new_motive(organisation: UUID, service: UUID, **changes: Any) -> UUID:
    """Add a motive of half an hour that everyone may book."""
    values: dict[str, Any] = {
        "organisation_id": organisation,
        "service_id": service,
        "name": "Carte d’identité",
        "audience": "everyone",
        "duration_minutes": 30,
        **changes,
    }
    return await motives.create_motive(MotiveDraft(**values), SYSTEM)


@copied
async def furnish() -> Town:
    """Set up a town in the current tenant."""
    organisation = await organisations.create_organisation(
        OrganisationDraft(name="Mairie principale", phone="01 23 45 67 89"), SYSTEM
    )
    citizenship = await organisations.create_service("Citoyenneté", False, SYSTEM)
    registry = await organisations.create_service("État civil", False, SYSTEM)
    reception = await organisations.create_service("Accueil", True, SYSTEM)
    return Town(
        organisation=organisation,
        citizenship=citizenship,
        registry=registry,
        reception=reception,
        place=await places.create_place(
            PlaceDraft(organisation_id=organisation, name="Place de la mairie"), SYSTEM
        ),
        motive=await new_motive(organisation, citizenship),
        alice=await new_agent(
            "Alice", organisation, citizenship, "administrator", password=PASSWORD
        ),
        bob=await new_agent("Bob", organisation, registry, "agent"),
        bea=await new_agent("Bea", organisation, citizenship, "agent"),
        sam=await new_agent("Sam", organisation, reception, "agent"),
    )


class Stranger(msgspec.Struct, frozen=True, kw_only=True):
    """Another tenant, furnished the same way, where Charlie administers."""

    tenant: Tenant
    town: Town

    @property
    def charlie(self) -> UUID:
        """The stranger's administrator."""
        return self.town.alice


async def strange_town() -> Stranger:
    """Set up a town in another tenant."""
    tenant = await new_tenant()
    with acting_for(tenant):
        return Stranger(tenant=tenant, town=await furnish())

"""A small town to test in, made through the same service functions that its users use."""

from datetime import date, time, timedelta
from uuid import UUID, uuid4

import msgspec
from creneau_infra import clock
from creneau_infra.postgres.transactions import directory_transaction

from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.availability import service as availability
from creneau.availability.schemas import Slot, SlotQuery
from creneau.context import SYSTEM, VISITOR, Tenant
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people.schemas import Identity
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau.roles import service as roles


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation with one place, one service, one motive, and Alice, who receives."""

    organisation_id: UUID
    place_id: UUID
    service_id: UUID
    motive_id: UUID
    alice_id: UUID


async def new_tenant(*plugins: str) -> Tenant:
    """Add a tenant that no other test knows, with these plugins switched on."""
    slug = f"t{uuid4().hex[:20]}"
    async with directory_transaction() as tx:
        tenant_id = await tx.value(
            "INSERT INTO tenant (slug, name) VALUES ($1, 'Ville d’essai') RETURNING id", slug
        )
    return Tenant(
        id=tenant_id,
        slug=slug,
        name="Ville d’essai",
        locale="fr",
        time_zone="Europe/Paris",
        public_url=f"http://{slug}.localhost",
        plugins=frozenset(plugins),
    )


async def new_town(*, instructions: str = "") -> Town:
    """Found a town in the current tenant: Alice receives from 9 to 12, every day from tomorrow."""
    async with tenant_transaction() as tx:
        await roles.ensure_built_in_roles(tx)
    organisation_id = await organisations.create_organisation(
        OrganisationDraft(name="Mairie principale"), SYSTEM
    )
    service_id = await organisations.create_service("État civil", False, SYSTEM)
    place_id = await places.create_place(
        PlaceDraft(organisation_id=organisation_id, name="Place de la mairie"), SYSTEM
    )
    motive_id = await motives.create_motive(
        MotiveDraft(
            organisation_id=organisation_id,
            service_id=service_id,
            name="Carte d’identité",
            audience="everyone",
            instructions_before=instructions,
        ),
        SYSTEM,
    )
    town = Town(
        organisation_id=organisation_id,
        place_id=place_id,
        service_id=service_id,
        motive_id=motive_id,
        alice_id=await new_agent("Alice", organisation_id, service_id),
    )
    await _open(town)
    return town


async def new_agent(
    first_name: str, organisation_id: UUID, service_id: UUID, role: str = "agent"
) -> UUID:
    """Add an agent of a service, with a role in an organisation."""
    draft = AgentDraft(
        email=f"{first_name.lower()}-{uuid4().hex[:8]}@example.fr",
        first_name=first_name,
        last_name="Martin",
        service_ids=(service_id,),
        memberships=((organisation_id, role),),
    )
    return await agents.create_agent(draft, SYSTEM)


async def _open(town: Town) -> None:
    await planning.create_opening(
        OpeningDraft(
            resource_id=town.alice_id,
            place_id=town.place_id,
            motive_ids=(town.motive_id,),
            first_day=_tomorrow(),
            start_time=time(9),
            end_time=time(12),
            recurrence="FREQ=DAILY;COUNT=14",
        ),
        SYSTEM,
    )


def _tomorrow() -> date:
    return clock.now().date() + timedelta(days=1)


async def first_slot(town: Town) -> Slot:
    """Find the first free slot of the coming fortnight."""
    now = clock.now()
    slots = await availability.find_slots(
        SlotQuery(motive_id=town.motive_id, starts_from=now, starts_before=now + timedelta(days=15))
    )
    return slots[0]


async def new_booking(town: Town, request: ConfirmRequest | None = None) -> Booking:
    """Book the first free slot: for Zoé Petit, unless the request names somebody else."""
    slot = await first_slot(town)
    wanted = HoldRequest(
        motive_id=town.motive_id,
        starts_at=slot.starts_at,
        place_id=slot.place_id,
        owner=uuid4().bytes,
    )
    zoe = ConfirmRequest(
        identity=Identity(first_name="Zoé", last_name="Petit"), instructions_accepted=True
    )
    return await appointments.book(wanted, request or zoe, VISITOR)

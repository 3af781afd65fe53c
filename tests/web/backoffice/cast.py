"""The staff of a town hall, and the appointments on their agendas."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.context import SYSTEM, Actor, Tenant
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people.schemas import Identity
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft

from tests.copies import copied
from tests.days import today
from tests.platform.cast import PASSWORD, new_agent, new_motive
from tests.web.second_factor import sign_in_whole
from tests.web.stage import Visitor

ZONE = ZoneInfo("Europe/Paris")
ZOE = Identity(first_name="Zoé", last_name="Petit", email="zoe@example.org", phone="0601020304")


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation; Alice administers, Bea is her colleague, Bob of another service.

    Sam is of the secretariat. Bea's agenda is open the day before yesterday and the four days
    after, all day long, in steps of half an hour.
    """

    tenant: Tenant
    organisation: UUID
    place: UUID
    motive: UUID
    alice: UUID
    bea: UUID
    bob: UUID
    sam: UUID


@copied
async def furnish_office(tenant: Tenant) -> Office:
    organisation = await organisations.create_organisation(
        OrganisationDraft(name="Mairie principale"), SYSTEM
    )
    citizenship = await organisations.create_service("Citoyenneté", False, SYSTEM)
    registry = await organisations.create_service("État civil", False, SYSTEM)
    reception = await organisations.create_service("Accueil", True, SYSTEM)

    async def employ(name: str, service: UUID, role: str) -> UUID:
        return await new_agent(name, organisation, service, role, password=PASSWORD)

    office = Office(
        tenant=tenant,
        organisation=organisation,
        place=await places.create_place(
            PlaceDraft(organisation_id=organisation, name="Place de la mairie"), SYSTEM
        ),
        motive=await new_motive(organisation, citizenship),
        alice=await employ("Alice", citizenship, "administrator"),
        bea=await employ("Bea", citizenship, "agent"),
        bob=await employ("Bob", registry, "agent"),
        sam=await employ("Sam", reception, "agent"),
    )
    await _open(office)
    return office


async def _open(office: Office) -> None:
    draft = OpeningDraft(
        resource_id=office.bea,
        place_id=office.place,
        motive_ids=(office.motive,),
        title="",
        first_day=today() - timedelta(days=2),
        start_time=time(0, 0),
        end_time=time(23, 30),
        recurrence="FREQ=DAILY;COUNT=5",
    )
    await planning.create_opening(draft, SYSTEM)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


async def book(
    office: Office,
    starts_at: datetime,
    who: Identity = ZOE,
    values: Mapping[str, str] | None = None,
) -> Booking:
    """Book with Bea, as an agent does who takes a call: the past is possible."""
    hold = HoldRequest(
        motive_id=office.motive,
        starts_at=starts_at,
        place_id=office.place,
        resource_id=office.bea,
        owner=b"bea",
        source="agent",
    )
    request = ConfirmRequest(identity=who, instructions_accepted=True, values=values or {})
    return await appointments.book(hold, request, Actor("agent", office.bea))


async def sign_in(visitor: Visitor, name: str) -> Visitor:
    return await sign_in_whole(visitor, f"{name.lower()}@exemple.fr", PASSWORD)

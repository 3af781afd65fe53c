"""Who is told about a booking, and what the letter to them needs."""

from collections.abc import Sequence
from uuid import UUID

from creneau.agents import service as agents
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.messages.schemas import Reader, other_reader
from creneau.messages.subject import Subject
from creneau.motives import service as motives
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.places import service as places
from creneau.plugins import active
from creneau.refusals import NotFound


async def subject_of(booking_id: UUID) -> Subject | None:
    """Read what a letter about a booking says; None while nobody is known to come, or no more."""
    booking = await appointments.get(booking_id)
    if booking.person_id is None:
        return None
    try:
        person = await people.person(booking.person_id)
    except NotFound:
        return None  # erased meanwhile
    return Subject(
        booking=booking,
        motive=await motives.motive(booking.motive_id),
        place=await places.place(booking.place_id),
        person_name=full_name(person),
        tenant=current_tenant.get(),
    )


async def readers(subject: Subject) -> list[Reader]:
    """List everybody who is told, each address once: the person, plugins' recipients, agents."""
    booking, motive = subject.booking, subject.motive
    found = [
        *(await _persons(booking) if motive.notify_persons else ()),
        *await _others(booking.id),
        *(await _agents(booking.resource_ids) if motive.notify_agents else ()),
    ]
    by_address = {reader.email.lower(): reader for reader in reversed(found) if reader.email}
    return [reader for reader in found if by_address.get(reader.email.lower()) is reader]


async def reader_of(subject: Subject, key: str) -> Reader | None:
    """Find a reader by key; None where they are not told any more."""
    return next((reader for reader in await readers(subject) if reader.key == key), None)


async def _persons(booking: Booking) -> Sequence[Reader]:
    if booking.person_id is None:
        return ()
    person = await people.person(booking.person_id)
    if person.responsible_id is not None:
        person = await people.person(person.responsible_id)
    return (
        Reader(
            key="person",
            name=full_name(person),
            email=person.email,
            locale=person.locale,
            person_id=person.id,
        ),
    )


async def _others(booking_id: UUID) -> Sequence[Reader]:
    async with tenant_transaction() as tx:
        return [
            other_reader(recipient)
            for source in active().message_recipients()
            for recipient in await source.recipients(tx, booking_id)
        ]


async def _agents(resource_ids: Sequence[UUID]) -> Sequence[Reader]:
    found = [await _agent(resource_id) for resource_id in resource_ids]
    return [reader for reader in found if reader is not None]


async def _agent(resource_id: UUID) -> Reader | None:
    try:
        agent = await agents.agent(resource_id)
    except NotFound:
        return None  # a room or a counter reads no mail
    if agent.state != "active":
        return None
    return Reader(
        key=agent_key(agent.id),
        name=agent.display_name,
        email=agent.email,
        locale=agent.locale,
        agent_id=agent.id,
    )


def agent_key(agent_id: UUID | None) -> str:
    """Name an agent among the readers; no reader's name for nobody."""
    return f"agent:{agent_id}"


def full_name(person: Person) -> str:
    """First name and last name."""
    return f"{person.first_name} {person.last_name}"

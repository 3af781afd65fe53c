"""Who is told about a booking, and what the letter to them needs."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from creneau.agents import service as agents
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.confidentiality.service import is_confidential
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.rules import concerns, ways
from creneau.messages.preferences.schemas import USUAL, AgentWish
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Channel
from creneau.messages.schemas import (
    LEFT,
    BookingMail,
    Occasion,
    Reader,
    Telling,
    other_reader,
)
from creneau.messages.subject import Subject
from creneau.messages.wording import service as wordings
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.phones import mobile_phone
from creneau.places import service as places
from creneau.plugins import active
from creneau.refusals import NotFound
from creneau.roles import service as roles
from creneau.sms import service as sms

READ: Final = "appointment:read"
ESSENTIAL: Final[frozenset[Occasion]] = frozenset({"cancelled", "to_reschedule"})
"""Whoever does not learn of these comes for nothing. So does whom an agent moves."""


async def subject_of(booking_id: UUID) -> Subject | None:
    """Read what a letter about a booking says; None while nobody is known to come, or no more."""
    booking = await appointments.get(booking_id)
    if booking.person_id is None:
        return None
    try:
        person = await people.person(booking.person_id)
    except NotFound:
        return None  # erased meanwhile
    place = await places.place(booking.place_id)
    return Subject(
        booking=booking,
        motive=await motives.motive(booking.motive_id),
        place=place,
        person_name=full_name(person),
        tenant=current_tenant.get(),
        contact=await people.contact_of(person.id),
        organisation=await organisations.organisation(place.organisation_id),
        wordings=await wordings.own(booking.motive_id),
    )


async def readers(subject: Subject, occasion: Occasion, left: Sequence[UUID] = ()) -> list[Reader]:
    """List everybody whom an occasion concerns: the person, plugins' recipients, agents.

    `left` are the resources that the booking moved away from. Whoever has the same e-mail address
    as one before them is left out. About what is confidential only agents are written to (S-08).
    """
    booking, motive = subject.booking, subject.motive
    told = motive.notify_persons and not booking.confidential
    found = [
        *(await _persons(booking) if told else ()),
        *(await _others(booking.id) if told else ()),
        *(await _left(subject, left) if motive.notify_agents else ()),
        *(await _agents(subject, occasion) if motive.notify_agents else ()),
    ]
    by_address = {reader.email.lower(): reader for reader in reversed(found) if reader.email}
    return [one for one in found if not one.email or by_address[one.email.lower()] is one]


async def reader_of(subject: Subject, mail: BookingMail) -> Reader | None:
    """Find whom a message is for; None where they are not told any more, or not by this way."""
    lost = mail.reader.startswith(LEFT)
    left = (UUID(mail.reader.removeprefix(LEFT)),) if lost else ()
    for reader in await readers(subject, mail.occasion, left):
        if reader.key == mail.reader and reader.address(mail.channel):
            return reader
    return None


async def tellings(
    subject: Subject,
    occasion: Occasion,
    agent_id: UUID | None = None,
    left: Sequence[UUID] = (),
) -> list[Telling]:
    """Say who is written to about an occasion, each address once, and who is not and why.

    `agent_id` is the agent who made the change, and knows of it; `left` are the resources that the
    booking moved away from.
    """
    essential = occasion in ESSENTIAL or (occasion == "moved" and agent_id is not None)
    found = [
        telling
        for reader in await readers(subject, occasion, left)
        if reader.agent_id is None or reader.agent_id != agent_id
        for telling in await _tellings_to(reader, subject.motive, essential=essential)
    ]
    by_address = {(one.channel, one.address): one for one in reversed(found) if one.address}
    return [
        *(await _kept_silent(subject, occasion)),
        *(one for one in found if not one.address or by_address[one.channel, one.address] is one),
    ]


async def _kept_silent(subject: Subject, occasion: Occasion) -> Sequence[Telling]:
    """Say that the person is to be told by hand; a reminder asks nobody to."""
    motive, booking = subject.motive, subject.booking
    if not (booking.confidential and motive.notify_persons) or occasion == "reminder":
        return ()
    nowhere = [replace(one, email="", phone="") for one in await _persons(booking)]
    return [Telling(reader=reader, reason="confidential") for reader in nowhere]


async def answering_for(person_id: UUID) -> Reader:
    """Find who reads what is for a person: themselves, or who answers for them.

    Raises:
        NotFound: There is no such person, or they were erased.
    """
    person = await people.person(person_id)
    if person.responsible_id is not None:
        person = await people.person(person.responsible_id)
    return Reader(
        key="person",
        name=full_name(person),
        email=person.email,
        phone=mobile_phone(person.phone) or "",
        locale=person.locale,
        person_id=person.id,
    )


async def offer_tellings(person_id: UUID, motive: Motive) -> list[Telling]:
    """Say by which ways a freed slot is offered to somebody who asked for it; or why by none.

    They asked to be told: by one way at least, whatever else they leave out.

    Raises:
        NotFound: There is no such person, or they were erased.
    """
    reader = await answering_for(person_id)
    if await is_confidential(person_id, motive.id):
        return [Telling(reader=replace(reader, email="", phone=""), reason="confidential")]
    return await _tellings_to(reader, motive, essential=True)


async def _tellings_to(reader: Reader, motive: Motive, *, essential: bool) -> list[Telling]:
    if reader.person_id is None:
        return [Telling(reader=reader, address=reader.email)] if reader.email else []
    no_sms = await sms.why_not(reader.phone) if reader.phone else "no_address"
    possible = await _possible(reader, sms_possible=no_sms is None)
    if not possible:
        return [Telling(reader=reader, reason=no_sms)]
    wish = await preferences.of_person(reader.person_id)
    chosen = ways(motive.person_channels, possible, wish, essential=essential)
    if not chosen:
        return [Telling(reader=reader, reason="not_wanted" if wish else "no_address")]
    return [Telling(reader=reader, channel=way, address=reader.address(way)) for way in chosen]


async def goes_by_mail_instead(reader: Reader, motive: Motive, *, essential: bool) -> bool:
    """Say whether an SMS that will never leave makes a mail of what it told.

    Not where there is a mail anyway, and no mail for whoever wants none of what is not essential.
    """
    if reader.person_id is None or not reader.email:
        return False
    wish = await preferences.of_person(reader.person_id)
    channels = motive.person_channels
    if "email" in ways(channels, ["email", "sms"], wish, essential=essential):
        return False
    return bool(ways(channels, ["email"], wish, essential=essential))


async def _possible(reader: Reader, *, sms_possible: bool) -> list[Channel]:
    texts: list[Channel] = ["sms"] if sms_possible else []
    # What came back from an address would come back again: a phone is surer.
    dead = bool(texts) and reader.email in await receipts.dead_addresses([reader.email])
    mails: list[Channel] = ["email"] if reader.email and not dead else []
    return [*mails, *texts]


async def _persons(booking: Booking) -> Sequence[Reader]:
    return (await answering_for(booking.person_id),) if booking.person_id else ()


async def _others(booking_id: UUID) -> Sequence[Reader]:
    async with tenant_transaction() as tx:
        return [
            other_reader(recipient)
            for source in active().message_recipients()
            for recipient in await source.recipients(tx, booking_id)
        ]


async def _left(subject: Subject, resource_ids: Sequence[UUID]) -> Sequence[Reader]:
    """Find the agents from whose agenda a booking moved away, and who want to know of moves."""
    gone = [one for one in resource_ids if one not in subject.booking.resource_ids]
    wishes = await preferences.of_agents(gone)
    wanted = [
        agent_id
        for agent_id in gone
        if (wish := wishes.get(agent_id, USUAL)).scope != "none" and wish.moved
    ]
    found = [await _agent(agent_id) for agent_id in wanted]
    return [replace(agent, key=f"{LEFT}{agent.agent_id}") for agent in found if agent is not None]


async def _agents(subject: Subject, occasion: Occasion) -> Sequence[Reader]:
    """Find the agents who want to know: of the appointment, or of every agenda within reach."""
    own = subject.booking.resource_ids
    wishes = await preferences.of_agents(own)
    wanted = [
        agent_id
        for agent_id in own
        if (wish := wishes.get(agent_id, USUAL)).scope != "none" and concerns(wish, occasion)
    ]
    others = [wish for wish in await preferences.watching() if wish.agent_id not in own]
    wanted += [
        wish.agent_id
        for wish in others
        if concerns(wish, occasion) and await _reaches(wish, subject)
    ]
    found = [await _agent(agent_id) for agent_id in wanted]
    return [reader for reader in found if reader is not None]


async def _reaches(wish: AgentWish, subject: Subject) -> bool:
    rights = await roles.rights_of(wish.agent_id)
    if subject.place.organisation_id in rights.reach(READ).everyone_in:
        return True
    visible = {agent.id for agent in await roles.visible_agents(wish.agent_id, READ)}
    return not visible.isdisjoint(subject.booking.resource_ids)


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

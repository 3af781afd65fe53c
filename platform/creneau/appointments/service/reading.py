"""Reading bookings and agendas, and the links that lead to a booking."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from creneau_infra.clock import now as clock_now
from creneau_infra.tokens import digest, new_token

from creneau.appointments import queries
from creneau.appointments.errors import LinkExpired
from creneau.appointments.schemas import AgendaEntry, Booking
from creneau.appointments.seats import queries as seats
from creneau.appointments.steps import owned, read
from creneau.database import Transaction, tenant_transaction
from creneau.refusals import NotFound

LINK_LIVES_ON: Final = timedelta(days=30)


async def get(booking_id: UUID) -> Booking:
    """Read one booking; raises `NotFound`."""
    async with tenant_transaction() as tx:
        return await read(tx, booking_id)


async def held(booking_id: UUID, owner: bytes) -> Booking:
    """Read a hold or what its owner has confirmed since.

    Raises:
        HoldExpired: the ten minutes are over.
        NotFound: no such hold, or somebody else's.
    """
    async with tenant_transaction() as tx:
        return await owned(tx, booking_id, owner)


async def of_person(person_id: UUID) -> list[Booking]:
    """List the bookings that a person sees, and their relatives', newest first, no holds (C-44)."""
    async with tenant_transaction() as tx:
        return await queries.of_person(tx, person_id)


async def agenda(
    resource_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[AgendaEntry]:
    """List who comes to some agents between two moments (UTC), by start; holds are left out."""
    async with tenant_transaction() as tx:
        return await queries.agenda(tx, resource_ids, starts_from, starts_before)


async def seated(appointment_id: UUID) -> list[AgendaEntry]:
    """List who has or had a seat of an appointment, by name; holds are left out."""
    async with tenant_transaction() as tx:
        return await seats.seated(tx, appointment_id)


async def entry(booking_id: UUID) -> AgendaEntry:
    """Read one booking with who comes; raises `NotFound`."""
    async with tenant_transaction() as tx:
        found = await queries.entry(tx, booking_id)
    if found is None or found.person_id is None:
        raise NotFound
    return found


async def link_for(tx: Transaction, booking_id: UUID) -> str:
    """Make the secret of a link to a booking; only its digest is kept (C-45).

    It leads there until 30 days after the appointment's end.
    """
    booking = await read(tx, booking_id)
    token = new_token()
    await queries.add_link(tx, booking_id, digest(token), booking.ends_at + LINK_LIVES_ON)
    return token


async def by_link(token: str) -> Booking:
    """Find the booking that a link leads to; changes nothing (C-45).

    Raises:
        NotFound: no such link, or it is confidential by now (S-08).
        LinkExpired: it is too old.
    """
    async with tenant_transaction() as tx:
        found = await queries.by_link(tx, digest(token))
        if found is None:
            raise NotFound
        booking_id, expires_at = found
        if expires_at <= clock_now():
            raise LinkExpired
        booking = await read(tx, booking_id)
    if booking.confidential:
        raise NotFound
    return booking

"""Those who wait for an earlier slot, and the worker that serves them."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest
from creneau.context import VISITOR, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.people import service as people
from creneau.people.schemas import Identity
from creneau.waiting import service as waiting
from creneau.waiting.jobs import handlers
from creneau.waiting.schemas import Entry, Offer, WaitingRequest
from creneau.waiting.service.offering import OFFER_OVER
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.schemas import Handlers
from creneau_infra.outbox.service import deliver_due

from tests.platform.cast import Town
from tests.platform.planning import book, nine, wish


class Worker:
    """Does the waiting list's work of one tenant, and keeps the letters."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.letters: list[Message] = []

    @property
    def handlers(self) -> Handlers:
        async def deliver(message: Message) -> None:
            self.letters.append(message)

        async def tenant_of(tenant_id: UUID) -> Tenant:
            assert tenant_id == self.tenant.id
            return self.tenant

        told = dict.fromkeys(("booking.confirmed", "booking.moved", "booking.cancelled"), ignore)
        return {**handlers(deliver, tenant_of), **told}

    async def work(self) -> int:
        return await deliver_due(self.handlers, self.tenant.id)

    def letters_to(self, address: str) -> list[Message]:
        return [letter for letter in self.letters if parseaddr(letter.to)[1] == address]


async def ignore(_tenant_id: UUID, _row_id: UUID, _payload: Any) -> None:
    """The engine's own messages are no business of these tests."""


def address_of(name: str) -> str:
    plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
    return f"{plain.lower()}@exemple.fr"


def identity_of(name: str) -> Identity:
    return Identity(first_name=name, last_name="Petit", email=address_of(name))


async def person_called(name: str) -> UUID:
    async with tenant_transaction() as tx:
        return await people.identified(tx, identity_of(name), VISITOR, email_proven=True)


async def ask(town: Town, name: str, **changes: Any) -> Entry:
    """Let somebody with a proven address ask for an earlier slot."""
    person_id = await person_called(name)
    values: dict[str, Any] = {"motive_id": town.motive, "person_id": person_id, **changes}
    return await waiting.ask(WaitingRequest(**values), Actor("person", person_id))


async def fill(
    town: Town, days: int = 3, hours: Sequence[int] = (0, 30, 60, 90, 120, 150)
) -> list[Booking]:
    """Book a whole morning, so that nothing is free."""
    return [
        await book(
            town, nine(days) + timedelta(minutes=number), identity_of(f"Occupant{days}{number}")
        )
        for number in hours
    ]


async def cancel(booking: Booking) -> None:
    await appointments.cancel(booking.id, VISITOR)


async def offer_of(entry: Entry) -> Offer | None:
    return (await waiting.standing(entry.id)).offer


async def state_of(entry: Entry) -> str:
    return (await waiting.standing(entry.id)).entry.state


async def book_as(town: Town, name: str, starts_at: datetime) -> Booking:
    request = ConfirmRequest(person_id=await person_called(name))
    return await appointments.book(wish(town, starts_at), request, VISITOR)


async def let_offers_run_out() -> None:
    """Let the time of every open offer run out, and its end be due."""
    async with tenant_transaction() as tx:
        ends = "held_until = now() - interval '1 second'"
        holds = "SELECT booking_id FROM waiting_offer WHERE tenant_id = $1 AND state = 'open'"
        await tx.execute(
            f"UPDATE allocation SET {ends} WHERE tenant_id = $1 AND active AND appointment_id IN "
            f"(SELECT appointment_id FROM booking WHERE tenant_id = $1 AND id IN ({holds}))",
            tx.tenant_id,
        )
        await tx.execute(
            f"UPDATE booking SET {ends} WHERE tenant_id = $1 AND id IN ({holds})", tx.tenant_id
        )
        await tx.execute(
            f"UPDATE waiting_offer SET {ends} WHERE tenant_id = $1 AND state = 'open'", tx.tenant_id
        )
    await make_due(OFFER_OVER)


async def make_due(kind: str) -> None:
    """Bring forward what the outbox is to do later."""
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE outbox SET due_at = now(), lease_until = NULL "
            "WHERE tenant_id = $1 AND kind = $2 AND done_at IS NULL",
            tx.tenant_id,
            kind,
        )

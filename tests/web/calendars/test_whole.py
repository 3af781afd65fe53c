"""One appointment, in the mail and in the subscribed calendar, through its whole life (C-83)."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import MoveRequest
from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, Owner
from creneau.context import SYSTEM, VISITOR, Tenant
from creneau.database import Transaction, tenant_transaction
from creneau.messages import jobs
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.service import deliver_due
from creneau_infra.postgres.embedded import PostgresAddress

from tests.days import tomorrow
from tests.web.backoffice.cast import Office, at, book
from tests.web.calendars.cast import Subscriber, address_of, events_in, uid
from tests.web.stage import Clients

MANY = 5_000


async def mailed_to(tenant: Tenant, address: str) -> list[Any]:
    """Deliver what waits, and read the events that somebody's mails carry."""
    sent: list[Message] = []

    async def deliver(message: Message) -> None:
        sent.append(message)

    async def tenant_of(_tenant_id: UUID) -> Tenant:
        return tenant

    await deliver_due(jobs.handlers(deliver, tenant_of), tenant.id)
    files = [file.content for one in sent if one.to == address for file in one.attachments]
    return [event for content in files for event in events_in(content).values()]


@pytest.mark.feature("C-83")
async def test_mails_and_the_subscribed_calendar_tell_one_story(
    client: Clients, office: Office
) -> None:
    phone = Subscriber(client(office.tenant), await address_of(office.bea))
    start = at(tomorrow(), 10)
    booking = await book(office, start)
    name = uid(booking.id, office.tenant)

    async def both(sequence: int, starts_at: object, status: str) -> None:
        (mailed,) = await mailed_to(office.tenant, "zoe@example.org")
        await phone.refresh()
        assert list(phone.events) == [name]
        for told in (mailed, phone.events[name]):
            assert (told["UID"], told["SEQUENCE"]) == (name, sequence)
            assert (told.start, told["STATUS"]) == (starts_at, status)

    await both(0, start, "CONFIRMED")
    later = start + timedelta(hours=3)
    move = MoveRequest(starts_at=later, place_id=office.place, resource_id=office.bea)
    await appointments.move(booking.id, move, SYSTEM)
    await both(1, later, "CONFIRMED")
    await appointments.cancel(booking.id, SYSTEM)
    await both(2, later, "CANCELLED")


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Generator[list[str]]:
    """Count the statements that are run; each still does what it does."""
    run: list[str] = []

    def counting(inner: Any) -> Any:
        async def call(self: Transaction, *args: Any) -> Any:
            run.append(str(args))
            return await inner(self, *args)

        return call

    with monkeypatch.context() as patched:
        for name in ("all", "one", "rows", "value", "execute"):
            patched.setattr(Transaction, name, counting(getattr(Transaction, name)))
        yield run


@pytest.mark.parametrize("whose", ["agent", "person"])
async def test_a_full_calendar_costs_as_many_statements_as_a_short_one(
    client: Clients,
    office: Office,
    postgres: PostgresAddress,
    monkeypatch: pytest.MonkeyPatch,
    whose: str,
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    visitor, address = client(office.tenant), await address_of(office.bea, "name")
    if whose == "person" and booking.person_id:
        owner = Owner("person", booking.person_id)
        secret = await calendars.make(owner, AccessDraft(name="Téléphone"), VISITOR)
        address = f"/calendrier/{secret}/rendez-vous.ics"
    with counted(monkeypatch) as few:
        assert (await visitor.get(address)).status_code == 200
    # What the planner knows is a nearly empty space: no plan may depend on it.
    await count_anew(postgres)
    await fill(office)
    with counted(monkeypatch) as many:
        answer = await visitor.get(address)
    assert len(many) == len(few)
    assert answer.content.count(b"BEGIN:VEVENT") == MANY + 1
    assert len(events_in(answer.content)) == MANY + 1


async def count_anew(postgres: PostgresAddress) -> None:
    """Let the planner know of what is there now; the server does so by itself within a minute."""
    connection = await asyncpg.connect(postgres.superuser_url)
    await connection.execute("ANALYZE appointment, allocation, booking, person")
    await connection.close()


async def fill(office: Office) -> None:
    """Put thousands of appointments on Bea's agenda, a quarter of an hour each."""
    async with tenant_transaction() as tx:
        await tx.execute(
            """
            WITH person AS (SELECT id FROM person WHERE tenant_id = $1 LIMIT 1), made AS (
                INSERT INTO appointment (tenant_id, motive_id, place_id, starts_at, ends_at)
                SELECT $1, $2, $3, s, s + interval '15 minutes'
                FROM generate_series(now() + interval '10 days',
                    now() + interval '10 days' + ($5 - 1) * interval '30 minutes',
                    interval '30 minutes') AS s
                RETURNING id, starts_at, ends_at
            ), taken AS (
                INSERT INTO allocation (tenant_id, appointment_id, resource_id, starts_at, ends_at)
                SELECT $1, id, $4, starts_at, ends_at FROM made
            )
            INSERT INTO booking
                (tenant_id, appointment_id, person_id, state, source, confirmed_at)
            SELECT $1, made.id, person.id, 'planned', 'agent', now() FROM made, person
            """,
            office.tenant.id,
            office.motive,
            office.place,
            office.bea,
            MANY,
        )

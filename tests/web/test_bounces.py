"""A mail that comes back marks its receipt; nothing else that is piped in changes anything."""

import asyncio
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from creneau.appointments.schemas import Booking
from creneau.context import acting_for
from creneau.database import tenant_transaction
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Receipt
from creneau_infra.mail.bounces import ReturnPath
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.service import deliver_due
from creneau_infra.settings import Settings
from creneau_web import outbox
from creneau_web.app import Application
from creneau_web.cli.mail import noted_bounce
from msgspec.structs import replace

from tests.days import tomorrow
from tests.infra.test_bounces import notice
from tests.web.backoffice.cast import Office, at, book, furnish_office
from tests.web.outgoing import Outgoing
from tests.web.stage import new_tenant

CRENEAU = Path(sys.executable).with_name("creneau")
DOMAIN = "retours.example.org"


@pytest.fixture
def returning(app: Application) -> Settings:
    return replace(app.settings, bounce_domain=DOMAIN)


@pytest.fixture
async def office(app: Application) -> Office:
    del app
    tenant = await new_tenant()
    with acting_for(tenant):
        return await furnish_office(tenant)


@pytest.fixture
async def booking(office: Office, returning: Settings) -> Booking:
    with acting_for(office.tenant):
        made = await book(office, at(tomorrow(), 9, 30))
    await deliver_due(outbox.handlers_for(returning), office.tenant.id)
    return made


async def receipt_of(office: Office, booking: Booking) -> Receipt:
    with acting_for(office.tenant):
        (found,) = await receipts.of_booking(booking.id)
    return found


async def address_of(office: Office, booking: Booking, returning: Settings) -> str:
    path = ReturnPath(DOMAIN, returning.secret_key)
    return path.address(office.tenant.id, (await receipt_of(office, booking)).id)


async def test_each_mail_leaves_with_an_address_of_its_own_only_where_a_domain_is_set(
    office: Office, app: Application, returning: Settings
) -> None:
    sent = Outgoing()
    message_id = uuid4()
    mail = Message(to="zoe@example.org", subject="A", text="B", message_id=str(message_id))
    with acting_for(office.tenant):
        await outbox.Returnable(sent, returning).send(mail)
        await outbox.Returnable(sent, app.settings).send(mail)
    path = ReturnPath(DOMAIN, returning.secret_key)
    assert [one.return_to for one in sent.messages] == [
        path.address(office.tenant.id, message_id),
        None,
    ]


async def test_a_mail_that_comes_back_is_marked_and_its_address_does_not_work(
    office: Office, booking: Booking, returning: Settings
) -> None:
    back = notice(await address_of(office, booking, returning))
    assert await noted_bounce(returning, back)
    receipt = await receipt_of(office, booking)
    assert (receipt.state, receipt.reason) == ("bounced", "address_unknown")
    with acting_for(office.tenant):
        assert "zoe@example.org" in await receipts.dead_addresses(["zoe@example.org"])
    assert not await noted_bounce(returning, back)


async def test_a_server_that_tried_for_too_long_says_nothing_of_the_address(
    office: Office, booking: Booking, returning: Settings
) -> None:
    address = await address_of(office, booking, returning)
    await noted_bounce(returning, notice(address, status="4.4.1", said="timed out"))
    receipt = await receipt_of(office, booking)
    assert (receipt.state, receipt.reason) == ("bounced", "not_in_time")
    with acting_for(office.tenant):
        assert await receipts.dead_addresses(["zoe@example.org"]) == {}


async def test_the_address_may_come_from_the_mail_server_itself(
    office: Office, booking: Booking, returning: Settings
) -> None:
    address = await address_of(office, booking, returning)
    assert await noted_bounce(returning, notice("undisclosed@example.org"), address)
    assert (await receipt_of(office, booking)).state == "bounced"


async def test_forged_unrelated_and_late_notices_change_nothing(
    office: Office, app: Application, booking: Booking, returning: Settings
) -> None:
    address = await address_of(office, booking, returning)
    forged = ReturnPath(DOMAIN, "another secret of thirty-two characters")
    unknown = ReturnPath(DOMAIN, returning.secret_key)
    for content in (
        notice(forged.address(office.tenant.id, (await receipt_of(office, booking)).id)),
        notice(unknown.address(office.tenant.id, uuid4())),
        notice("zoe@example.org"),
        notice(address, action="delayed", status="4.4.1"),
        f"To: {address}\r\nSubject: Re: Rendez-vous\r\n\r\nJe serai absente.".encode(),
        b"",
    ):
        assert not await noted_bounce(returning, content)
    assert not await noted_bounce(app.settings, notice(address))
    assert (await receipt_of(office, booking)).state == "sent"


async def test_what_never_left_cannot_come_back(
    office: Office, booking: Booking, returning: Settings
) -> None:
    with acting_for(office.tenant):
        async with tenant_transaction() as tx:
            await tx.execute("UPDATE message SET state = 'queued', settled_at = NULL")
    assert not await noted_bounce(returning, notice(await address_of(office, booking, returning)))
    assert (await receipt_of(office, booking)).state == "queued"


def piped(
    returning: Settings, content: bytes, **changes: str
) -> subprocess.CompletedProcess[bytes]:
    environ = {
        **os.environ,
        "CRENEAU_ENVIRONMENT": "test",
        "CRENEAU_DATA_DIR": str(returning.data_dir),
        "CRENEAU_POSTGRES_URL": returning.postgres_url or "",
        "CRENEAU_POSTGRES_APP_URL": returning.postgres_app_url or "",
        # The suite's own Redis may hold the folder: the command needs none.
        "CRENEAU_REDIS_URL": "redis://127.0.0.1:1/0",
        "CRENEAU_SECRET_KEY": returning.secret_key,
        "CRENEAU_BOUNCE_DOMAIN": DOMAIN,
        "LC_ALL": "fr_FR.UTF-8",
        **changes,
    }
    return subprocess.run(  # noqa: S603 - our own program
        [CRENEAU, "mail", "bounce"],
        input=content,
        env=environ,
        capture_output=True,
        check=False,
        timeout=60,
    )


async def test_a_mail_server_pipes_a_notice_into_the_command(
    office: Office, booking: Booking, returning: Settings
) -> None:
    content = notice(await address_of(office, booking, returning))
    done = await asyncio.to_thread(piped, returning, content)
    assert done.returncode == 0, done.stderr
    assert "Envoi marqué comme revenu." in done.stdout.decode()
    assert (await receipt_of(office, booking)).state == "bounced"


async def test_a_mail_server_is_asked_to_come_back_while_the_database_is_away(
    returning: Settings,
) -> None:
    address = ReturnPath(DOMAIN, returning.secret_key).address(uuid4(), uuid4())
    nowhere = "postgresql://creneau@127.0.0.1:1/creneau"
    away = await asyncio.to_thread(
        partial(
            piped,
            returning,
            notice(address),
            CRENEAU_POSTGRES_URL=nowhere,
            CRENEAU_POSTGRES_APP_URL=nowhere,
        )
    )
    assert away.returncode == os.EX_TEMPFAIL, away.stderr

"""A real mail server that keeps what it is given, and a booking to write about."""

import socket
from collections.abc import Sequence
from datetime import time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.availability import service as availability
from creneau.availability.schemas import Slot, SlotQuery
from creneau.context import SYSTEM, VISITOR, Tenant
from creneau.messages.jobs import handlers
from creneau.people.schemas import Identity
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau_infra.clock import now
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.transports import SmtpTransport
from creneau_infra.outbox.service import deliver_due

ALICE = Identity(first_name="Alice", last_name="Petit", email="alice@example.org")


class PostOffice:
    """Receives over SMTP; refuses an address once for each time that it is in `refused_once`.

    `answers` says what is answered to some addresses, always.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refused_once: list[str] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        answer = self.answers.get(address, "250 go on")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        if letter["To"] in self.refused_once:
            self.refused_once.remove(letter["To"])
            return "451 come back later"
        self.letters.append(letter)
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]

    def the_letter_to(self, address: str) -> EmailMessage:
        (letter,) = self.to(address)
        return letter

    @property
    def addressees(self) -> list[str]:
        return sorted(str(letter["To"]) for letter in self.letters)


def open_post_office(office: PostOffice) -> Controller:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    return controller


class Postman:
    """Does the outbox's work of one tenant, by SMTP."""

    def __init__(self, tenant: Tenant, port: int) -> None:
        self._tenant = tenant
        self.transport = SmtpTransport(
            f"smtp://127.0.0.1:{port}?starttls=never", "Créneau <ne-pas-repondre@example.org>"
        )

    async def walk(self) -> int:
        async def deliver(message: Message) -> None:
            await self.transport.send(message)

        async def tenant_of(tenant_id: UUID) -> Tenant:
            assert tenant_id == self._tenant.id
            return self._tenant

        return await deliver_due(handlers(deliver, tenant_of), self._tenant.id)


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return part.get_content()


def calendar_of(letter: EmailMessage) -> bytes:
    (attachment,) = list(letter.iter_attachments())
    assert attachment.get_content_type() == "text/calendar"
    content = attachment.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


async def open_mornings(resource_id: UUID, place_id: UUID, motive_ids: Sequence[UUID]) -> None:
    draft = OpeningDraft(
        resource_id=resource_id,
        place_id=place_id,
        motive_ids=tuple(motive_ids),
        title="Matin",
        first_day=(now() + timedelta(days=2)).date(),
        start_time=time(9),
        end_time=time(12),
        recurrence="FREQ=DAILY;COUNT=5",
    )
    await planning.create_opening(draft, SYSTEM)


async def free_slots(motive_id: UUID) -> list[Slot]:
    query = SlotQuery(
        motive_id=motive_id, starts_from=now(), starts_before=now() + timedelta(days=8)
    )
    return await availability.find_slots(query)


async def book(motive_id: UUID, request: ConfirmRequest | None = None) -> Booking:
    slot = (await free_slots(motive_id))[0]
    hold = HoldRequest(motive_id=motive_id, starts_at=slot.starts_at, owner=b"alice")
    alice = ConfirmRequest(identity=ALICE, email_proven=True)
    return await appointments.book(hold, request or alice, VISITOR)

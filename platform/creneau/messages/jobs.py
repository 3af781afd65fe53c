"""The outbox's handlers that write mails (C-80, C-82, C-84).

A change of a booking becomes one message per reader in one transaction, each with its receipt, so
that a mail server that refuses one address, or fails between two, makes nobody receive the same
mail twice.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.mail.schemas import Attachment, Message
from creneau_infra.outbox.schemas import Handler

from creneau.appointments import service as appointments
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.i18n import gettext as _
from creneau.messages import calendar, texts
from creneau.messages.letter import Letter
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.rules import SetAsideError
from creneau.messages.receipts.schemas import NewReceipt
from creneau.messages.rules import out_of_date
from creneau.messages.schemas import BookingChange, BookingMail, CodeMail, Occasion, Reader
from creneau.messages.service import agent_key, reader_of, readers, subject_of
from creneau.messages.subject import Subject
from creneau.organisations import service as organisations
from creneau.plugins import active

Deliver = Callable[[Message], Awaitable[None]]
TenantOf = Callable[[UUID], Awaitable[Tenant]]

BOOKING_MAIL: Final = "mail.booking"
CODE_MAIL: Final = "mail.email_code"
CHANGES: Final[Mapping[str, Occasion]] = {
    "booking.confirmed": "confirmed",
    "booking.moved": "moved",
    "booking.cancelled": "cancelled",
    "booking.to_reschedule": "to_reschedule",
}
ENDED: Final[frozenset[Occasion]] = frozenset({"cancelled", "to_reschedule"})


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    post = _Post(deliver, tenant_of)
    return {
        **{kind: post.announcing(occasion) for kind, occasion in CHANGES.items()},
        BOOKING_MAIL: post.write_booking,
        CODE_MAIL: post.write_code,
    }


class _Post:
    def __init__(self, deliver: Deliver, tenant_of: TenantOf) -> None:
        self._deliver = deliver
        self._tenant_of = tenant_of

    def announcing(self, occasion: Occasion) -> Handler:
        async def told(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
            change = msgspec.convert(payload, BookingChange, strict=False)
            with acting_for(await self._tenant_of(tenant_id)):
                await announce(occasion, change, row_id)

        return told

    async def write_booking(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        mail = msgspec.convert(payload, BookingMail, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant):
            subject = await subject_of(mail.booking_id)
            reader = subject and await reader_of(subject, mail.reader)

            async def send() -> None:
                if subject is None or reader is None:
                    raise SetAsideError("no_reader")
                if reason := out_of_date(mail, subject.booking):
                    raise SetAsideError(reason)
                with acting_for(tenant, reader.locale):
                    message = await _booking_message(mail.occasion, subject, reader, row_id)
                await self._deliver(message)

            await receipts.attempt(row_id, send, reader.email if reader else None)

    async def write_code(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        mail = msgspec.convert(payload, CodeMail, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant, mail.locale):
            letter = texts.email_code(mail.code, mail.minutes, tenant.name)
            message = _message(letter, mail.email, row_id)
            await receipts.attempt(row_id, lambda: self._deliver(message))


async def announce(occasion: Occasion, change: BookingChange, row_id: UUID) -> None:
    """Have everybody whom it concerns written to about a booking, each with a receipt (C-82).

    `row_id` names the cause: announcing the same again adds nothing. Works for the current tenant,
    outside any transaction.
    """
    subject = await subject_of(change.booking_id)
    if subject is None:
        return
    found = [one for one in await readers(subject) if _concerns(occasion, change, one)]
    async with tenant_transaction() as tx:
        for reader in found:
            mail = BookingMail(
                occasion=occasion,
                booking_id=change.booking_id,
                sequence=change.sequence,
                reader=reader.key,
            )
            key = f"{row_id}:{reader.key}"
            await receipts.post(tx, BOOKING_MAIL, mail, receipt_of(mail, reader), key=key)


def _concerns(occasion: Occasion, change: BookingChange, reader: Reader) -> bool:
    """Leave out who made the change, and knows of it; agents have their agenda to remind them."""
    if occasion == "reminder" and reader.is_agent:
        return False
    return reader.key != agent_key(change.agent_id)


def receipt_of(mail: BookingMail, reader: Reader, *, resend_of: UUID | None = None) -> NewReceipt:
    """Say to whom a message about a booking goes."""
    return NewReceipt(
        about="booking",
        occasion=mail.occasion,
        address=reader.email,
        reader=reader.key,
        reader_name=reader.name,
        booking_id=mail.booking_id,
        person_id=reader.person_id,
        agent_id=reader.agent_id,
        sequence=mail.sequence,
        resend_of=resend_of,
    )


async def _booking_message(
    occasion: Occasion, subject: Subject, reader: Reader, row_id: UUID
) -> Message:
    if reader.is_agent:
        word = active().words()["person"]
        return _message(
            texts.for_agent(occasion, subject, reader.name, _(word)), reader.email, row_id
        )
    letter = texts.for_person(
        occasion,
        subject,
        reader.name,
        await _link(occasion, subject),
        agent_wrote=subject.booking.state == "cancelled",
    )
    organisation = await organisations.organisation(subject.place.organisation_id)
    return _message(
        letter,
        reader.email,
        row_id,
        reply_to=organisation.email or None,
        attachments=(_event(occasion, subject, organisation.email),),
    )


async def _link(occasion: Occasion, subject: Subject) -> str:
    if occasion == "cancelled":
        return ""
    async with tenant_transaction() as tx:
        token = await appointments.link_for(tx, subject.booking.id)
    return f"{subject.tenant.public_url}/lien/{token}"


def _event(occasion: Occasion, subject: Subject, organizer: str) -> Attachment:
    method: calendar.Method = "CANCEL" if occasion in ENDED else "PUBLISH"
    content = calendar.event(
        subject.booking,
        subject.place,
        subject.tenant,
        method,
        location_type=subject.motive.location_type,
        organizer=organizer,
    )
    return Attachment(
        name="rendez-vous.ics",
        media_type=f"text/calendar; charset=utf-8; method={method}",
        content=content,
    )


def _message(
    letter: Letter,
    to: str,
    row_id: UUID,
    *,
    reply_to: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Message:
    # The same row sent twice keeps its id: mail servers and readers drop the second.
    return Message(
        to=to,
        subject=letter.subject,
        text=letter.text(),
        html=letter.html(),
        reply_to=reply_to,
        attachments=attachments,
        message_id=str(row_id),
    )

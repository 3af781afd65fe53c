"""The outbox's handlers that write mails and SMS (C-80, C-82, C-84).

A change of a booking becomes one message per reader and way in one transaction, each with its receipt, so
that a mail server that refuses one address, or fails between two, makes nobody receive the same
mail twice.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec
from creneau_infra.clock import now
from creneau_infra.mail.schemas import Attachment, Message
from creneau_infra.outbox.schemas import Handler

from creneau.appointments import service as appointments
from creneau.context import Tenant, acting_for
from creneau.database import Transaction, tenant_transaction
from creneau.i18n import gettext as _
from creneau.messages import calendar, texts
from creneau.messages.letter import Letter
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.rules import SetAsideError
from creneau.messages.receipts.schemas import NewReceipt
from creneau.messages.reminders.service import sms_not_before
from creneau.messages.rules import out_of_date, told_by_status
from creneau.messages.schemas import (
    BookingChange,
    BookingMail,
    CodeMail,
    Occasion,
    Reader,
    StatusChange,
    Telling,
)
from creneau.messages.service import goes_by_mail_instead, reader_of, subject_of, tellings
from creneau.messages.subject import Subject
from creneau.organisations import service as organisations
from creneau.plugins import active
from creneau.sms import service as sms
from creneau.sms.errors import SmsRefused
from creneau.sms.schemas import Sms

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
STATUS: Final = "booking.status_changed"
ENDED: Final[frozenset[Occasion]] = frozenset({"cancelled", "to_reschedule"})


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    post = _Post(deliver, tenant_of)
    return {
        **{kind: post.announcing(occasion) for kind, occasion in CHANGES.items()},
        STATUS: post.announce_status,
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

    async def announce_status(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        change = msgspec.convert(payload, StatusChange, strict=False)
        with acting_for(await self._tenant_of(tenant_id)):
            subject = await subject_of(change.booking_id)
            occasion = told_by_status(change, subject.booking) if subject else None
            if occasion is not None:
                await announce(occasion, change, row_id)

    async def write_booking(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        mail = msgspec.convert(payload, BookingMail, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant):
            subject = await subject_of(mail.booking_id)
            reader = subject and await reader_of(subject, mail)

            async def send() -> None:
                if subject is None or reader is None:
                    raise SetAsideError("no_reader")
                if reason := out_of_date(mail, subject.booking):
                    raise SetAsideError(reason)
                with acting_for(tenant, reader.locale):
                    await self._send(mail, subject, reader, row_id)

            address = reader.address(mail.channel) if reader else None
            try:
                await receipts.attempt(row_id, send, address)
            except SmsRefused:
                if subject is not None and reader is not None:
                    await _write_instead(mail, subject, reader, row_id)
                raise

    async def _send(
        self, mail: BookingMail, subject: Subject, reader: Reader, row_id: UUID
    ) -> None:
        if mail.channel == "sms":
            link = await _link(mail.occasion, subject)
            text = texts.sms(mail.occasion, subject, link, reader.name)
            await sms.send(Sms(to=reader.phone, text=text, reference=str(row_id)))
        else:
            await self._deliver(await _booking_message(mail.occasion, subject, reader, row_id))

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
    found = await tellings(subject, occasion, change.agent_id, change.left)
    due_at = await _when(occasion, subject, found)
    async with tenant_transaction() as tx:
        for telling in found:
            await _post(tx, _mail(occasion, change, telling), telling, row_id, due_at)


async def _when(occasion: Occasion, subject: Subject, found: Sequence[Telling]) -> datetime | None:
    """Say when SMS leave that may wait; None: at once (C-81)."""
    if occasion != "reminder" or all(telling.channel != "sms" for telling in found):
        return None
    return await sms_not_before(subject.place.organisation_id, now())


def _mail(occasion: Occasion, change: BookingChange, telling: Telling) -> BookingMail:
    return BookingMail(
        occasion=occasion,
        booking_id=change.booking_id,
        sequence=change.sequence,
        reader=telling.reader.key,
        channel=telling.channel,
    )


async def _post(
    tx: Transaction, mail: BookingMail, telling: Telling, row_id: UUID, due_at: datetime | None
) -> None:
    receipt = receipt_of(mail, telling.reader)
    key = f"{row_id}:{mail.reader}" if mail.channel == "email" else f"{row_id}:{mail.reader}:sms"
    if telling.reason:
        await receipts.set_aside(tx, uuid5(row_id, mail.reader), receipt, telling.reason)
    else:
        due = due_at if mail.channel == "sms" else None
        await receipts.post(tx, BOOKING_MAIL, mail, receipt, key=key, due_at=due)


async def _write_instead(mail: BookingMail, subject: Subject, reader: Reader, row_id: UUID) -> None:
    """Have a mail tell what an SMS will never tell."""
    if not await goes_by_mail_instead(reader, subject, mail.occasion):
        return
    by_mail = msgspec.structs.replace(mail, channel="email")
    receipt = receipt_of(by_mail, reader)
    async with tenant_transaction() as tx:
        await receipts.post(tx, BOOKING_MAIL, by_mail, receipt, key=f"{row_id}:instead")


def receipt_of(mail: BookingMail, reader: Reader, *, resend_of: UUID | None = None) -> NewReceipt:
    """Say to whom a message about a booking goes, and by which way."""
    return NewReceipt(
        about="booking",
        occasion=mail.occasion,
        address=reader.address(mail.channel),
        reader=reader.key,
        reader_name=reader.name,
        channel=mail.channel,
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
            texts.for_agent(occasion, subject, reader.name, _(word), lost=reader.has_lost_it),
            reader.email,
            row_id,
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
        attachments=_events(occasion, subject, organisation.email, reader),
    )


async def _link(occasion: Occasion, subject: Subject) -> str:
    if occasion == "cancelled":
        return ""
    async with tenant_transaction() as tx:
        token = await appointments.link_for(tx, subject.booking.id)
    return f"{subject.tenant.public_url}/lien/{token}"


def _events(
    occasion: Occasion, subject: Subject, organizer: str, reader: Reader
) -> tuple[Attachment, ...]:
    """Give the event for the reader's calendar; a reminder changes nothing of it.

    An invitation names who invites: without an address of the organisation it is a plain event.
    """
    if occasion == "reminder":
        return ()
    invites: calendar.Method = "REQUEST" if organizer else "PUBLISH"
    method: calendar.Method = "CANCEL" if occasion in ENDED else invites
    content = calendar.event(
        subject.booking,
        subject.place,
        subject.tenant,
        method,
        location_type=subject.motive.location_type,
        contact=subject.contact,
        organizer=organizer,
        attendee=(reader.name, reader.email) if organizer else None,
    )
    return (
        Attachment(
            name="rendez-vous.ics",
            media_type=f"text/calendar; charset=utf-8; method={method}",
            content=content,
            also_shown=bool(organizer),
        ),
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

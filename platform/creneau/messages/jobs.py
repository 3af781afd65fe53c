"""The outbox's handlers that write mails and SMS (C-80, C-82, C-84).

A change of a booking becomes one message per reader and way in one transaction, each with its receipt, so
that a mail server that refuses one address, or fails between two, makes nobody receive the same
mail twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.clock import now
from creneau_infra.mail.schemas import Attachment
from creneau_infra.outbox.schemas import Handler

from creneau.appointments import service as appointments
from creneau.context import acting_for, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.i18n import gettext as _
from creneau.messages import calendar, texts
from creneau.messages.receipts.schemas import NewReceipt, Posting
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
from creneau.messages.service import (
    ESSENTIAL,
    goes_by_mail_instead,
    reader_of,
    subject_of,
    tellings,
)
from creneau.messages.subject import Subject
from creneau.messages.telling.jobs import Deliver, Teller, TenantOf
from creneau.messages.telling.schemas import Mail, Told, nobody_reads
from creneau.messages.telling.service import write_down
from creneau.organisations import service as organisations
from creneau.plugins import active

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
    desk, teller = _Desk(tenant_of), Teller(deliver, tenant_of)
    return {
        **{kind: desk.announcing(occasion) for kind, occasion in CHANGES.items()},
        STATUS: desk.announce_status,
        BOOKING_MAIL: teller.telling(_booking, _mail_instead),
        CODE_MAIL: teller.telling(_code),
    }


class _Desk:
    def __init__(self, tenant_of: TenantOf) -> None:
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


async def announce(occasion: Occasion, change: BookingChange, row_id: UUID) -> None:
    """Have everybody whom it concerns written to about a booking, each with a receipt (C-82).

    `row_id` names the cause: announcing the same again adds nothing. Works for the current tenant,
    outside any transaction.
    """
    subject = await subject_of(change.booking_id)
    if subject is None:
        return
    found = await tellings(subject, occasion, change.agent_id, change.left)
    if change.quiet:
        found = [telling for telling in found if telling.reader.agent_id is not None]
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
    posting, key = posting_of(mail, telling.reader), f"{row_id}:{mail.reader}"
    await write_down(tx, posting, telling, row_id, key=key, due_at=due_at)


def posting_of(mail: BookingMail, reader: Reader) -> Posting:
    """Say to whom a message about a booking goes, and by which way."""
    receipt = NewReceipt(
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
    )
    return Posting(kind=BOOKING_MAIL, payload=mail, receipt=receipt)


async def _booking(payload: Any) -> Told:
    mail = msgspec.convert(payload, BookingMail, strict=False)
    subject = await subject_of(mail.booking_id)
    reader = subject and await reader_of(subject, mail)
    if subject is None or reader is None:
        silent = subject is not None and subject.booking.confidential
        return Told(reader=None, mail=nobody_reads, reason="confidential" if silent else None)
    return Told(
        reader=reader,
        channel=mail.channel,
        reason=out_of_date(mail, subject.booking),
        mail=lambda: _mail_of(mail.occasion, subject, reader),
        text=lambda: _text_of(mail.occasion, subject, reader),
    )


async def _mail_instead(payload: Any) -> Posting | None:
    """Have a mail tell what an SMS will never tell."""
    mail = msgspec.convert(payload, BookingMail, strict=False)
    subject = await subject_of(mail.booking_id)
    reader = subject and await reader_of(subject, mail)
    if subject is None or reader is None:
        return None
    # Who moved it is not known any more: better once too often than a way for nothing.
    essential = mail.occasion in ESSENTIAL or mail.occasion == "moved"
    if not await goes_by_mail_instead(reader, subject.motive, essential=essential):
        return None
    return posting_of(msgspec.structs.replace(mail, channel="email"), reader)


async def _code(payload: Any) -> Told:
    code = msgspec.convert(payload, CodeMail, strict=False)

    async def mail() -> Mail:
        letter = texts.email_code(code.code, code.minutes, current_tenant.get().name)
        return Mail(letter=letter)

    reader = Reader(key="person", name="", email=code.email, locale=code.locale)
    return Told(reader=reader, mail=mail)


async def _text_of(occasion: Occasion, subject: Subject, reader: Reader) -> str:
    return texts.sms(occasion, subject, await _link(occasion, subject), reader.name)


async def _mail_of(occasion: Occasion, subject: Subject, reader: Reader) -> Mail:
    if reader.is_agent:
        word = active().words()["person"]
        return Mail(
            letter=texts.for_agent(occasion, subject, reader.name, _(word), lost=reader.has_lost_it)
        )
    letter = texts.for_person(
        occasion,
        subject,
        reader.name,
        await _link(occasion, subject),
        # Deleted by an agent is cancelled by the service, for the person.
        agent_wrote=subject.booking.state in {"cancelled", "expired"},
    )
    organisation = await organisations.organisation(subject.place.organisation_id)
    return Mail(
        letter=letter,
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

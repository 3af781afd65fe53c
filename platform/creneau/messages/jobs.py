"""The outbox's handlers that write mails (C-80, C-84).

A change of a booking becomes one row per reader in one transaction, so that a mail server that
refuses one address, or fails between two, makes nobody receive the same mail twice.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.clock import now
from creneau_infra.mail.schemas import Attachment, Message
from creneau_infra.outbox import service as outbox
from creneau_infra.outbox.schemas import Handler

from creneau.appointments import service as appointments
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.i18n import gettext as _
from creneau.messages import calendar, texts
from creneau.messages.letter import Letter
from creneau.messages.schemas import BookingChange, BookingMail, CodeMail, Occasion, Reader
from creneau.messages.service import agent_key, readers, subject_of
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
FOR_ONE_TIME: Final[frozenset[Occasion]] = frozenset({"moved", "reminder"})
OVER: Final = frozenset({"excused", "cancelled", "expired"})


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
        async def announce(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
            change = msgspec.convert(payload, BookingChange, strict=False)
            with acting_for(await self._tenant_of(tenant_id)):
                await _announce(occasion, change, row_id)

        return announce

    async def write_booking(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        mail = msgspec.convert(payload, BookingMail, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant):
            subject = await subject_of(mail.booking_id)
            reader = subject and await _reader(subject, mail.reader)
        if subject is None or reader is None or _outdated(mail, subject):
            return
        with acting_for(tenant, reader.locale):
            await self._deliver(await _booking_message(mail.occasion, subject, reader, row_id))

    async def write_code(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        mail = msgspec.convert(payload, CodeMail, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant, mail.locale):
            letter = texts.email_code(mail.code, mail.minutes, tenant.name)
            await self._deliver(_message(letter, mail.email, row_id))


async def _announce(occasion: Occasion, change: BookingChange, row_id: UUID) -> None:
    subject = await subject_of(change.booking_id)
    if subject is None:
        return
    # Who made the change knows of it.
    found = [one for one in await readers(subject) if one.key != agent_key(change.agent_id)]
    async with tenant_transaction() as tx:
        for reader in found:
            mail = BookingMail(
                occasion=occasion,
                booking_id=change.booking_id,
                sequence=change.sequence,
                reader=reader.key,
            )
            await outbox.put(tx, BOOKING_MAIL, mail, key=f"{row_id}:{reader.key}")


async def _reader(subject: Subject, key: str) -> Reader | None:
    return next((reader for reader in await readers(subject) if reader.key == key), None)


def _outdated(mail: BookingMail, subject: Subject) -> bool:
    """Say whether a message is of no use any more: a later one tells more, or the time has come."""
    booking = subject.booking
    if mail.occasion == "cancelled":
        return False
    if (mail.occasion == "to_reschedule") != (booking.state == "to_reschedule"):
        return True
    return (
        booking.state in OVER
        or booking.ends_at <= now()
        or (mail.occasion in FOR_ONE_TIME and mail.sequence < booking.sequence)
        or (mail.occasion == "reminder" and booking.starts_at <= now())
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

"""What was written about an appointment or to a person, and sending it again (C-82)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.schemas import Booking
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.messages.preferences import service as preferences
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts import words
from creneau.messages.receipts.schemas import AboutBooking, Failure, Receipt, State, Within
from creneau.messages.resending.service import resend, resendable
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.phones import readable_phone
from creneau.refusals import NotAllowed, NotFound, Refusal
from creneau.sms import service as sms
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec.structs import replace

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.backoffice import reach
from creneau_web.forms import form
from creneau_web.rendering import page

BOOKINGS: Final = "/agents/rendez-vous"
PERSONS: Final = "/agents/usagers"
KINDS: Final[Mapping[State, str]] = {
    "queued": "info",
    "sent": "success",
    "failed": "danger",
    "bounced": "danger",
    "set_aside": "neutral",
}
ICONS: Final[Mapping[State, str]] = {
    "queued": "hourglass",
    "sent": "check",
    "failed": "alert",
    "bounced": "alert",
    "set_aside": "dash",
}
AnyRequest = Request[Any, Any, Any]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A message as its line shows it; times are local. `resend_href` is empty where it cannot be."""

    id: UUID
    title: str
    at: datetime
    sent_at: datetime | None
    to: str
    way: str
    state: str
    kind: str
    icon: str
    told: str
    attempts: int
    again: int
    repeated: bool
    resend_href: str
    about: str
    about_href: str


@post(
    f"{BOOKINGS}/{{booking_id:uuid}}/messages/{{message_id:uuid}}/renvoi",
    opt=permission(reach.UPDATE),
)
async def resend_of_booking(
    request: AnyRequest, booking_id: FromPath[UUID], message_id: FromPath[UUID]
) -> Redirect:
    """Send a message of an appointment again, and come back to the appointment."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    receipt = await receipts.receipt(message_id)
    if receipt.booking_id != booking.id:
        raise NotFound
    await _again(request, receipt)
    return Redirect(f"{BOOKINGS}/{booking.id}#messages", status_code=303)


@get(f"{PERSONS}/{{person_id:uuid}}/messages", opt=permission(reach.READ))
async def person_page(person_id: FromPath[UUID]) -> Template:
    """Show what was written to a person: when, by which way, and whether it arrived."""
    person = await people.person(person_id)
    found = await receipts.of_person(person, await within())
    editable = await _editable(found.bookings)
    return page(
        "backoffice/person_messages.html",
        person=replace(person, phone=readable_phone(person.phone)) if person.phone else person,
        failure=await failure_of(person),
        wish=await preferences.of_person(person.id),
        sms_ready=await sms.ready(),
        lines=await lines(found.receipts, found.bookings, editable, f"{PERSONS}/{person_id}"),
        most=receipts.MOST_SHOWN,
    )


@post(
    f"{PERSONS}/{{person_id:uuid}}/messages/{{message_id:uuid}}/renvoi",
    opt=permission(reach.UPDATE),
)
async def resend_of_person(
    request: AnyRequest, person_id: FromPath[UUID], message_id: FromPath[UUID]
) -> Redirect:
    """Send a message again, and come back to the person's messages."""
    person = await people.person(person_id)
    found = await receipts.of_person(person, await within())
    receipt = next((one for one in found.receipts if one.id == message_id), None)
    if receipt is None:
        raise NotFound
    if not _reached(receipt, await _editable(found.bookings)):
        raise NotAllowed
    await _again(request, receipt)
    return Redirect(f"{PERSONS}/{person_id}/messages", status_code=303)


async def _again(request: AnyRequest, receipt: Receipt) -> None:
    typed = (await form(request)).text("seen")
    # What the page had shown; whatever else is typed there counts as what stands.
    seen = int(typed) if typed.isdecimal() and len(typed) < 6 else receipt.again  # noqa: PLR2004
    try:
        leaves = await resend(receipt.id, reach.actor(), seen=min(seen, receipt.again))
    except Refusal as refusal:
        flashes.add("danger", str(refusal))
        return
    flashes.add(
        "success",
        _(
            "« %(what)s » part de nouveau %(way)s à %(name)s.",
            what=words.occasion_label(leaves.occasion),
            way=words.channel_label(leaves.channel),
            name=leaves.reader_name,
        ),
    )


async def within(code: str = reach.READ) -> Within:
    """Tell whose agendas a right opens to the agent who asks (C-04)."""
    return Within(
        resource_ids=frozenset(agent.id for agent in await reach.visible_agents(code)),
        organisation_ids=reach.everyone_in(code),
    )


async def failure_of(person: Person) -> str:
    """Say that a person's address does not work, and since when; empty where nothing is known."""
    dead = await receipts.dead_addresses([person.email])
    return _failed(dead[person.email]) if person.email in dead else ""


def _failed(failure: Failure) -> str:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return _(
        "%(why)s Depuis le %(when)s.",
        why=words.reason_sentence(failure.reason),
        when=moment(failure.at.astimezone(zone)),
    )


async def _editable(bookings: Mapping[UUID, AboutBooking]) -> frozenset[UUID]:
    found = await receipts.bookings_within(list(bookings), await within(reach.UPDATE))
    return frozenset(booking.id for booking in found)


def _reached(receipt: Receipt, editable: frozenset[UUID]) -> bool:
    # A place in line is on no agenda: who may change anything of theirs tells them of it again.
    of_line = receipt.about == "waiting" and receipt.booking_id is None
    return bool(editable) if of_line else receipt.booking_id in editable


def about_booking(booking: Booking) -> AboutBooking:
    """Name a booking as the lines of its messages do."""
    return AboutBooking(**{name: getattr(booking, name) for name in AboutBooking.__struct_fields__})


async def lines(
    found: Sequence[Receipt],
    bookings: Mapping[UUID, AboutBooking],
    editable: frozenset[UUID],
    base: str,
) -> list[Line]:
    """Write receipts as lines, the latest first; `base` is the page that sends one again."""
    again = await resendable([one for one in found if _reached(one, editable)], bookings)
    latest: set[tuple[object, ...]] = set()
    written: list[Line] = []
    for receipt in found:
        about = receipt.booking_id or receipt.about_id
        same = (about, receipt.occasion, receipt.reader, receipt.channel)
        may = same not in latest and receipt.id in again
        latest.add(same)
        href = f"{base}/messages/{receipt.id}/renvoi" if may else ""
        booking = bookings.get(receipt.booking_id) if receipt.booking_id else None
        written.append(_line(receipt, booking, href))
    return written


def _line(receipt: Receipt, booking: AboutBooking | None, href: str) -> Line:
    zone = ZoneInfo(booking.time_zone if booking else current_tenant.get().time_zone)
    address = receipt.address
    if receipt.channel == "sms" and address:
        address = readable_phone(address)
    return Line(
        id=receipt.id,
        title=words.occasion_label(receipt.occasion),
        at=receipt.created_at.astimezone(zone),
        sent_at=receipt.sent_at.astimezone(zone) if receipt.sent_at else None,
        to=", ".join(one for one in (receipt.reader_name, address) if one),
        # Whoever has no address is written to by no way.
        way=words.channel_label(receipt.channel) if address else "",
        state=words.state_label(receipt.state),
        kind=KINDS[receipt.state],
        icon=ICONS[receipt.state],
        told=words.told(receipt, zone),
        attempts=receipt.attempts,
        again=receipt.again,
        repeated=receipt.resend_of is not None,
        resend_href=href,
        about=f"{booking.motive_name}, {moment(booking.starts_at.astimezone(zone))}"
        if booking
        else "",
        about_href=f"{BOOKINGS}/{booking.id}"
        if booking and booking.state not in reach.NOT_YET
        else "",
    )

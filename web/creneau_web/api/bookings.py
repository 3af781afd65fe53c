"""Holding, booking, moving and cancelling for programs; the sender's key makes a retry safe."""

import hashlib
from typing import Final
from uuid import UUID

from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest, MoveRequest
from creneau.appointments.service import naming_the_nearest
from creneau.context import Actor
from creneau.i18n import gettext as _
from creneau.people.schemas import Identity
from creneau.plugins import active
from creneau.refusals import InvalidInput, NotFound
from litestar import get, post
from litestar.params import FromPath

from creneau_web.access import admitted, api, api_inside, token_first
from creneau_web.api.inputs import ApiRequest, body, moment, once, plain
from creneau_web.api.schemas import BookingGiven, HoldGiven, MoveGiven
from creneau_web.api.writing import Answer, answer, booking_shown
from creneau_web.auth.errors import TokenMissing
from creneau_web.visit import visit

WRITE: Final = "bookings:write"
NEVER_CONFIRMED: Final = frozenset({"held", "expired"})


@post("/holds", name="api.hold", opt=api_inside(WRITE))
async def hold(request: ApiRequest) -> Answer:
    """Hold a slot for ten minutes (C-23)."""
    async with token_first(request, WRITE):
        asked = await body(request, HoldGiven)
        time = _time(asked)
    async with naming_the_nearest(), admitted(request, WRITE) as tx:
        wish, key = _wish(asked.motive, time), once(request, asked)
        held = await appointments.hold_once(tx, wish, _actor(), key)
    return _made(held)


@post("/bookings", name="api.book", opt=api_inside(WRITE))
async def book(request: ApiRequest) -> Answer:
    """Book a hold, or straight a slot (C-22, C-30)."""
    async with token_first(request, WRITE):
        asked = await body(request, BookingGiven)
        confirmation = _confirmation(asked)
        wanted = asked.hold or _straight(asked)
    async with naming_the_nearest(), admitted(request, WRITE) as tx:
        actor, key = _actor(), once(request, asked)
        if isinstance(wanted, UUID):
            owner = _owner()
            booked = await appointments.confirm_once(tx, wanted, owner, confirmation, actor, key)
        else:
            booked = await appointments.book_once(tx, _wish(*wanted), confirmation, actor, key)
    return _made(booked)


@get("/bookings/{booking_id:uuid}", name="api.read_booking", opt=api("bookings:read"))
async def read_booking(booking_id: FromPath[UUID]) -> Answer:
    """Read a booking; a hold is only its owner's to see."""
    return answer(booking_shown(await _visible(booking_id)))


@post("/bookings/{booking_id:uuid}/cancellation", name="api.cancel", opt=api(WRITE))
async def cancel(request: ApiRequest, booking_id: FromPath[UUID]) -> Answer:
    """Cancel a booking: its time is free at once (C-26)."""
    await _visible(booking_id)
    return answer(booking_shown(await appointments.cancel(booking_id, _actor(), once(request))))


@post("/bookings/{booking_id:uuid}/move", name="api.move", opt=api_inside(WRITE))
async def move(request: ApiRequest, booking_id: FromPath[UUID]) -> Answer:
    """Move a booking: the new time is claimed and the old one freed together (C-26)."""
    async with token_first(request, WRITE):
        asked = await body(request, MoveGiven)
        time = _time(asked)
    async with naming_the_nearest(), admitted(request, WRITE) as tx:
        moved = await appointments.move_once(
            tx, booking_id, time, _actor(), once(request, asked), may_know=_check_visible
        )
    return answer(booking_shown(moved))


async def _visible(booking_id: UUID) -> Booking:
    booking = await appointments.get(booking_id)
    _check_visible(booking)
    return booking


def _check_visible(booking: Booking) -> None:
    if booking.state in NEVER_CONFIRMED and booking.held_by != _owner():
        raise NotFound


def _made(booking: Booking) -> Answer:
    return answer(booking_shown(booking), status=201, location=f"/api/v1/bookings/{booking.id}")


def _time(asked: HoldGiven | MoveGiven) -> MoveRequest:
    return MoveRequest(
        starts_at=moment("start", asked.start),
        place_id=asked.place,
        resource_id=asked.agent,
        appointment_id=asked.session,
    )


def _wish(motive_id: UUID, time: MoveRequest) -> HoldRequest:
    return HoldRequest(
        motive_id=motive_id,
        starts_at=time.starts_at,
        place_id=time.place_id,
        resource_id=time.resource_id,
        appointment_id=time.appointment_id,
        owner=_owner(),
        source="api",
    )


def _straight(asked: BookingGiven) -> tuple[UUID, MoveRequest]:
    if asked.motive is None or asked.start is None:
        sentence = _("Envoyez « hold », ou « motive » et « start ».")
        raise InvalidInput({"hold": sentence})
    time = MoveGiven(start=asked.start, place=asked.place, agent=asked.agent, session=asked.session)
    return asked.motive, _time(time)


def _confirmation(asked: BookingGiven) -> ConfirmRequest:
    values = plain(asked.values)
    wrong = {
        f"values.{name}": sentence
        for group in active().booking_fields()
        for name, sentence in group.check(values).items()
    }
    if wrong:
        raise InvalidInput(wrong)
    person = asked.person
    return ConfirmRequest(
        identity=Identity(
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            phone=person.phone,
            address=person.address,
            locale=person.locale,
        ),
        instructions_accepted=asked.instructions_accepted,
        values=values,
    )


def _actor() -> Actor:
    return Actor("api", _token_id())


def _owner() -> bytes:
    """Name the token as the owner of what it holds."""
    return hashlib.sha256(b"token:" + _token_id().bytes).digest()


def _token_id() -> UUID:
    token = visit().api_token
    if token is None:
        raise TokenMissing
    return token.id

"""What the domain answers, as programs read it: times carry the offset of the place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.schemas import Booking
from creneau.availability.rules import StartJoined
from creneau.availability.schemas import Slot
from creneau.motives.schemas import Motive
from creneau.places.schemas import Place
from creneau.questions.rules import NO, YES, field_of
from creneau.questions.schemas import Question
from litestar import Response

from creneau_web.api.schemas import (
    BookingShown,
    MotiveShown,
    PlaceShown,
    QuestionShown,
    Slots,
    SlotShown,
)

Answer = Response[bytes]


def answer(content: msgspec.Struct | bytes, *, status: int = 200, location: str = "") -> Answer:
    """Make an answer of JSON, which nobody keeps."""
    written = content if isinstance(content, bytes) else msgspec.json.encode(content)
    headers: dict[str, Any] = {"cache-control": "no-store"}
    if location:
        headers["location"] = location
    return Response(written, status_code=status, media_type="application/json", headers=headers)


def slot_shown(slot: Slot, zones: Mapping[UUID, str]) -> SlotShown:
    """Show a slot in its place's time zone."""
    zone = ZoneInfo(zones[slot.place_id])
    return SlotShown(
        start=slot.starts_at.astimezone(zone),
        end=slot.ends_at.astimezone(zone),
        place=slot.place_id,
        resources=slot.resource_ids,
        seats_left=slot.seats_left,
        session=slot.appointment_id,
    )


def slots_written(slots: Sequence[Slot], zones: Mapping[UUID, str]) -> bytes:
    """Write slots as JSON."""
    return msgspec.json.encode(Slots([slot_shown(slot, zones) for slot in slots]))


JOINT = '","'
"""What holds ids together that are written as JSON, but for the first and the last mark."""


def starts_written(starts: Iterable[StartJoined], seconds: int, zones: Mapping[UUID, str]) -> bytes:
    """Write the starts of slots that last so many seconds, in the order in which they come.

    The ids of who is free are held together by `JOINT`. A week of fifty agents names them thousands
    of times: no object is made for a slot, and each moment is put into words once.
    """
    spans = {zone: _Spans(seconds, zone) for zone in set(zones.values())}
    known = {
        place_id: (spans[zone], f'"place":"{place_id}","resources":["')
        for place_id, zone in zones.items()
    }
    written: list[str] = []
    for at, place_id, free in starts:
        span, place = known[place_id]
        written.append(f'{{{span[at]}{place}{free}"],"seats_left":1}}')
    return f'{{"slots":[{",".join(written)}]}}'.encode()


class _Spans(dict[int, str]):
    """From when until when slots are that start at a moment, as JSON."""

    def __init__(self, seconds: int, zone: str) -> None:
        super().__init__()
        self._seconds = seconds
        self._zone = zone

    def __missing__(self, at: int) -> str:
        start, end = _moment(at, self._zone), _moment(at + self._seconds, self._zone)
        self[at] = f'"start":{start},"end":{end},'
        return self[at]


@lru_cache(maxsize=4096)
def _moment(at: int, zone: str) -> str:
    return f'"{datetime.fromtimestamp(at, ZoneInfo(zone)).isoformat()}"'


def booking_shown(booking: Booking) -> BookingShown:
    """Show a booking in its place's time zone; who comes is not told, the sender knows."""
    zone = ZoneInfo(booking.time_zone)
    return BookingShown(
        id=booking.id,
        state=booking.state,
        motive=booking.motive_id,
        place=booking.place_id,
        start=booking.starts_at.astimezone(zone),
        end=booking.ends_at.astimezone(zone),
        resources=booking.resource_ids,
        session=booking.appointment_id if booking.group_session else None,
        held_until=_in_utc(booking.held_until),
        created_at=booking.created_at.astimezone(UTC),
        confirmed_at=_in_utc(booking.confirmed_at),
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def motive_shown(motive: Motive, questions: Sequence[Question]) -> MotiveShown:
    """Show a motive with what it asks."""
    return MotiveShown(
        id=motive.id,
        organisation=motive.organisation_id,
        service=motive.service_id,
        name=motive.name,
        description=motive.description,
        category=motive.category,
        location_type=motive.location_type,
        duration_minutes=motive.duration_minutes,
        capacity=motive.capacity,
        minimum_notice_minutes=motive.minimum_notice_minutes,
        maximum_notice_minutes=motive.maximum_notice_minutes,
        instructions_before=motive.instructions_before,
        instructions_after=motive.instructions_after,
        cancellation_warning=motive.cancellation_warning,
        questions=tuple(question_shown(question) for question in questions),
    )


def question_shown(question: Question) -> QuestionShown:
    """Show a question, with the answers to choose from."""
    return QuestionShown(
        name=field_of(question.id),
        question=question.label,
        hint=question.hint,
        required=question.required,
        options=(YES, NO) if question.kind == "yes_no" else question.options,
    )


def place_shown(place: Place) -> PlaceShown:
    """Show a place."""
    return PlaceShown(
        id=place.id,
        organisation=place.organisation_id,
        name=place.name,
        address=place.address,
        phone=place.phone,
        access_information=place.access_information,
        time_zone=place.time_zone,
        latitude=place.latitude,
        longitude=place.longitude,
    )

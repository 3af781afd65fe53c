"""Pure rules of booking: notices, states and the nearest slots."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from heapq import nsmallest
from typing import Final

from creneau.appointments.errors import NotActive, TooLateToCancel, TooLateToMove
from creneau.appointments.schemas import Booking, State
from creneau.availability.schemas import Slot
from creneau.context import Actor
from creneau.motives.schemas import Motive
from creneau.validation import Checked

TAKES_TIME: Final[frozenset[State]] = frozenset({"planned", "waiting", "seen", "no_show"})
OPEN: Final[frozenset[State]] = frozenset({"planned", "waiting", "to_reschedule"})
SET_BY_AGENTS: Final[frozenset[State]] = frozenset(
    {"planned", "waiting", "seen", "excused", "no_show"}
)
OFFERED: Final = 3
LONGEST_NOTES: Final = 2000


def check_cancel(booking: Booking, motive: Motive, actor: Actor, now: datetime) -> None:
    """Raise `TooLateToCancel` when the motive binds a person or visitor (C-05)."""
    _check_open(booking)
    if _is_public(actor) and not _in_time(booking, motive.cancel_notice_minutes, now):
        raise TooLateToCancel


def check_move(booking: Booking, motive: Motive, actor: Actor, now: datetime) -> None:
    """Raise `TooLateToMove` when the motive binds a person or visitor (C-05)."""
    _check_open(booking)
    if _is_public(actor) and not _in_time(booking, motive.move_notice_minutes, now):
        raise TooLateToMove


def may_cancel(booking: Booking, motive: Motive, now: datetime) -> bool:
    """Say whether the person can cancel at this moment (UTC)."""
    return booking.state in OPEN and _in_time(booking, motive.cancel_notice_minutes, now)


def may_move(booking: Booking, motive: Motive, now: datetime) -> bool:
    """Say whether the person can move at this moment (UTC)."""
    in_time = _in_time(booking, motive.move_notice_minutes, now)
    return booking.state in OPEN and motive.archived_at is None and in_time


def is_apart(booking: Booking, motive: Motive, starts_at: datetime) -> bool:
    """Say that a booking's own time does not keep it from starting at another moment (UTC)."""
    between = timedelta(minutes=motive.buffer_before_minutes + motive.buffer_after_minutes)
    ends_at = starts_at + timedelta(minutes=motive.duration_minutes)
    return booking.ends_at + between <= starts_at or ends_at + between <= booking.starts_at


def _check_open(booking: Booking) -> None:
    if booking.state not in OPEN:
        raise NotActive


def _is_public(actor: Actor) -> bool:
    return actor.kind in {"person", "visitor"}


def _in_time(booking: Booking, notice_minutes: int | None, now: datetime) -> bool:
    if notice_minutes is None:
        return False
    # Where the service took the time back, it waits for an answer: no notice binds whoever gives it.
    is_asked = booking.state == "to_reschedule"
    return is_asked or now + timedelta(minutes=notice_minutes) < booking.starts_at


def nearest(slots: Iterable[Slot], starts_at: datetime) -> tuple[Slot, ...]:
    """Pick the three slots nearest to a moment, in the order of the clock."""
    closest = nsmallest(OFFERED, slots, key=lambda slot: abs(slot.starts_at - starts_at))
    return tuple(sorted(closest, key=lambda slot: slot.starts_at))


def checked_notes(notes: str) -> str:
    """Clean what an agent notes about an appointment; raises `InvalidInput` where it is too long."""
    check = Checked()
    clean = check.paragraphs("notes", notes, longest=LONGEST_NOTES)
    check.refuse_if_wrong()
    return clean


def version_of(booking: Booking, notes: str = "") -> str:
    """Name the state of an appointment that a page shows; `notes` where they count as well."""
    state = (
        booking.appointment_id,
        booking.sequence,
        booking.state,
        booking.motive_id,
        booking.place_id,
        booking.starts_at.timestamp(),
        booking.ends_at.timestamp(),
        sorted(booking.resource_ids),
        notes,
    )
    return sha256(repr(state).encode()).hexdigest()[:20]


def edited_version(booking: Booking, notes: str) -> str:
    """Name the state of what an agent edits besides the time, which a form is made from (C-64)."""
    return sha256(f"{booking.motive_id} {notes}".encode()).hexdigest()[:20]

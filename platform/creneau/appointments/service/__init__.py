"""The use cases of booking: each opens one transaction, with its history and its messages."""

from creneau.appointments.service.changing import cancel, create_session, move, set_state
from creneau.appointments.service.handing import move_to_held_in
from creneau.appointments.service.holding import (
    HOLD,
    book,
    confirm,
    confirm_in,
    hold,
    hold_in,
    release,
    release_in,
)
from creneau.appointments.service.reading import (
    agenda,
    by_link,
    entry,
    get,
    held,
    link_for,
    of_person,
)
from creneau.appointments.service.setting import set_appointment

__all__ = [
    "HOLD",
    "agenda",
    "book",
    "by_link",
    "cancel",
    "confirm",
    "confirm_in",
    "create_session",
    "entry",
    "get",
    "held",
    "hold",
    "hold_in",
    "link_for",
    "move",
    "move_to_held_in",
    "of_person",
    "release",
    "release_in",
    "set_appointment",
    "set_state",
]

"""The use cases of booking: each opens one transaction, with its history and its messages."""

from creneau.appointments.service.changing import (
    cancel,
    create_session,
    move,
    move_once,
    set_state,
)
from creneau.appointments.service.editing import delete, edit, reschedule
from creneau.appointments.service.handing import move_to_held_in
from creneau.appointments.service.holding import (
    HOLD,
    book,
    book_once,
    confirm,
    confirm_in,
    confirm_once,
    hold,
    hold_in,
    hold_once,
    release,
    release_in,
)
from creneau.appointments.service.nearest import naming_the_nearest
from creneau.appointments.service.putting import put_elsewhere
from creneau.appointments.service.reading import (
    agenda,
    by_link,
    entry,
    get,
    held,
    link_for,
    of_person,
    seated,
)
from creneau.appointments.service.setting import set_appointment
from creneau.appointments.steps import read

__all__ = [
    "HOLD",
    "agenda",
    "book",
    "book_once",
    "by_link",
    "cancel",
    "confirm",
    "confirm_in",
    "confirm_once",
    "create_session",
    "delete",
    "edit",
    "entry",
    "get",
    "held",
    "hold",
    "hold_in",
    "hold_once",
    "link_for",
    "move",
    "move_once",
    "move_to_held_in",
    "naming_the_nearest",
    "of_person",
    "put_elsewhere",
    "read",
    "release",
    "release_in",
    "reschedule",
    "seated",
    "set_appointment",
    "set_state",
]

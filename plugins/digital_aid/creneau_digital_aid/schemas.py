"""Who books for whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.schemas import State
from creneau.i18n import Locale
from creneau.phones import readable_phone


class Prescriber(msgspec.Struct, frozen=True, kw_only=True):
    """A third party who books for a learner, by their own account (D-07)."""

    name: str
    structure: str
    email: str
    phone: str
    locale: Locale = "fr"


class Prescription(Prescriber, frozen=True, kw_only=True):
    """What is kept with a booking: its prescriber, and when they booked (UTC)."""

    booking_id: UUID
    created_at: datetime


PrescribedSort = Literal["starts_at", "learner", "motive", "prescriber"]


class PrescribedWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which prescribed bookings `agent_id` asks for, the latest first as a rule; moments are UTC.

    They begin since a moment and before another; all `words`, plainly written, name the prescriber
    or their structure.
    """

    agent_id: UUID
    since: datetime | None = None
    to: datetime | None = None
    words: Sequence[str] = ()
    standing: str = ""
    sort: PrescribedSort = "starts_at"
    descending: bool = True


class PrescribedBooking(Prescriber, frozen=True, kw_only=True):
    """A line of the list of prescribed bookings; `starts_at` is UTC, the time zone the place's."""

    booking_id: UUID
    state: State
    starts_at: datetime
    over: bool
    time_zone: str
    motive_name: str
    place_name: str
    first_name: str
    last_name: str

    @property
    def local_start(self) -> datetime:
        """The start in the place's time zone, as it is shown."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def standing(self) -> str:
        """The status to show: past and without one, it is to be filled in (C-65)."""
        if self.state != "planned":
            return self.state
        return "to_fill" if self.over else "upcoming"

    @property
    def readable_phone(self) -> str:
        """The prescriber's number as it is read aloud."""
        return readable_phone(self.phone)

    @property
    def learner(self) -> str:
        """First name and last name of who is received."""
        return f"{self.first_name} {self.last_name}"


class StructureCount(msgspec.Struct, frozen=True, kw_only=True):
    """What the prescribers of one structure booked, by what became of it (D-12).

    `to_come` are those still planned; `called_off` were cancelled by whoever; the rest was missed.
    """

    structure: str
    total: int
    seen: int
    to_come: int
    called_off: int
    missed: int

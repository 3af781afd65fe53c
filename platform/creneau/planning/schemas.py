"""What can be changed in the planning, and what is answered before and after; moments are UTC."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

import msgspec

from creneau.motives.schemas import MotiveDraft
from creneau.organisations.schemas import OrganisationDraft
from creneau.phones import mobile_phone
from creneau.planning.drafts import Draft, OccurrenceDraft

Kind = Literal["opening", "absence", "closure"]
Choice = Literal["refuse", "keep", "to_reschedule"]


class SeriesRef(msgspec.Struct, frozen=True):
    """Names an opening, an absence or a closure, with all its occurrences."""

    kind: Kind
    id: UUID


class Create(msgspec.Struct, frozen=True):
    """Make a new opening, absence or closure (C-10, C-12)."""

    draft: Draft


class Edit(msgspec.Struct, frozen=True):
    """Change all of a series; occurrences that were changed one by one stay as they are."""

    ref: SeriesRef
    draft: Draft


class EditFollowing(msgspec.Struct, frozen=True):
    """Change the occurrence of a day and those that follow (C-11).

    The series ends before `day`, and a new one begins with the draft: `following` gives what it is
    made of before anything is changed.
    """

    ref: SeriesRef
    day: date
    draft: Draft


class Skip(msgspec.Struct, frozen=True):
    """Leave one occurrence out (C-11)."""

    ref: SeriesRef
    day: date


class Replace(msgspec.Struct, frozen=True):
    """Change one occurrence without touching the others (C-11)."""

    ref: SeriesRef
    day: date
    draft: OccurrenceDraft


class Restore(msgspec.Struct, frozen=True):
    """Give one occurrence back what its series means."""

    ref: SeriesRef
    day: date


class EndBefore(msgspec.Struct, frozen=True):
    """Delete the occurrence of a day and those that follow."""

    ref: SeriesRef
    day: date


class Delete(msgspec.Struct, frozen=True):
    """Delete a whole series."""

    ref: SeriesRef


class EditHolidays(msgspec.Struct, frozen=True):
    """Close an organisation on its territory's public holidays, but for `edits` (C-07).

    `edits` by day: the name of a day that is added, None for a holiday that is removed. `version` is
    that of the calendar (`holidays.version_of`) from which they were made; None: whatever it is.
    """

    organisation_id: UUID
    edits: dict[date, str | None] = {}
    version: str | None = None


class ForgetHolidays(msgspec.Struct, frozen=True):
    """Close an organisation on no public holiday any more."""

    organisation_id: UUID


class EditOrganisation(msgspec.Struct, frozen=True):
    """Change an organisation (C-01); its planning follows its time zone and its territory.

    `version` is that of the organisation from which the draft was made.
    """

    organisation_id: UUID
    draft: OrganisationDraft
    version: str


class ArchivePlace(msgspec.Struct, frozen=True):
    """Take a place out of use (C-02): its openings end, nothing can be booked there any more.

    `version` is that of the place that was shown; None: whatever it is (a program's own change).
    """

    place_id: UUID
    version: str | None = None


class ArchiveMotive(msgspec.Struct, frozen=True):
    """Take a motive out of use (C-05): nothing of it can be booked any more.

    `version` is that of the motive that was shown; None: whatever it is (a program's own change).
    """

    motive_id: UUID
    version: str | None = None


class EditMotive(msgspec.Struct, frozen=True):
    """Change a motive (C-05); what is booked already keeps its time, its length and its seats.

    `version` is that of the motive from which the draft was made; its organisation stays.
    """

    motive_id: UUID
    draft: MotiveDraft
    version: str


class ChangeDuration(msgspec.Struct, frozen=True):
    """Change how long a motive's appointments are; those that are booked keep their length."""

    motive_id: UUID
    duration_minutes: int


Change = (
    Create
    | Edit
    | EditFollowing
    | Skip
    | Replace
    | Restore
    | EndBefore
    | Delete
    | EditHolidays
    | ForgetHolidays
    | EditOrganisation
    | ArchivePlace
    | ArchiveMotive
    | EditMotive
    | ChangeDuration
)


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A booked appointment to come that a change leaves without its time.

    `email` and `phone` are of the person, or of who answers for them; `texted`: the tenant sends SMS.
    """

    booking_id: UUID
    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    motive_name: str
    place_name: str
    first_name: str
    last_name: str
    email: str
    phone: str
    texted: bool
    confidential: bool

    @property
    def is_told(self) -> bool:
        """Tell whether a message can reach anybody of this appointment; else somebody has to call."""
        by_text = self.texted and mobile_phone(self.phone) is not None
        return not self.confidential and (bool(self.email) or by_text)


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Another opening of the same resource that takes place at the same time (C-13)."""

    opening_id: UUID
    title: str
    starts_at: datetime
    times: int


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What a change does to what is booked (C-14); `holds` are visitors at this very moment."""

    bookings: tuple[Touched, ...] = ()
    holds: int = 0
    overlaps: tuple[Overlap, ...] = ()

    @property
    def booking_ids(self) -> frozenset[UUID]:
        """The bookings, as a decision repeats them."""
        return frozenset(touched.booking_id for touched in self.bookings)


class Decision(msgspec.Struct, frozen=True):
    """What becomes of the appointments that a change touches.

    `shown` are the bookings that were shown; None: whatever they are (a program's own decision).
    """

    choice: Choice = "refuse"
    shown: Collection[UUID] | None = ()


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What was saved; `id` is that of the series, the organisation or the motive."""

    id: UUID
    impact: Impact


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A series as the draft that would make it; `version` names its state, changed dates included."""

    draft: Draft
    version: str


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence for an agenda; `day` names it in a change."""

    series_id: UUID
    day: date | None
    title: str
    resource_id: UUID
    place_id: UUID | None
    starts_at: datetime
    ends_at: datetime


class ReadFrom(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar elsewhere that makes absences of a resource; they bear its name."""

    id: UUID
    resource_id: UUID
    name: str


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What following a calendar elsewhere wrote, and how many bookings it newly falls on."""

    added: int = 0
    removed: int = 0
    touched: int = 0


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A closure with all its times; without organisation and place, the whole tenant.

    `next_at` is when it closes next, or since when it does now (UTC); None: it is over.
    """

    id: UUID
    label: str
    organisation_id: UUID | None
    place_id: UUID | None
    first_day: date
    start_time: time
    last_day: date
    end_time: time
    time_zone: str
    recurrence: str | None
    next_at: datetime | None


class Holiday(msgspec.Struct, frozen=True, kw_only=True):
    """A public holiday of a territory, or a day that an organisation added (C-07)."""

    day: date
    label: str
    state: Literal["proposed", "kept", "removed", "added"]


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """What a rebuild compared and found: occurrences that were missing, and that were too many."""

    series: int = 0
    missing: int = 0
    surplus: int = 0

    def __add__(self, other: "Rebuilt") -> "Rebuilt":
        """Sum two rebuilds."""
        return Rebuilt(
            series=self.series + other.series,
            missing=self.missing + other.missing,
            surplus=self.surplus + other.surplus,
        )

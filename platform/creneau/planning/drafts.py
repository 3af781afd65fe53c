"""What is asked when openings, absences and closures are made, and what is wrong with it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.planning.recurrence import check_repetition
from creneau.validation import LINE, Checked

YEARS: Final = range(2000, 2101)
LONGEST: Final = timedelta(days=1100)
LONGEST_REPEATED: Final = timedelta(days=31)
MOST_MOTIVES: Final = 500


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """From a local day and time to a local day and time, the end not included."""

    first_day: date
    start_time: time
    last_day: date
    end_time: time

    @property
    def length(self) -> timedelta:
        """How long it lasts by the clock on the wall."""
        start = datetime.combine(self.first_day, self.start_time)
        return datetime.combine(self.last_day, self.end_time) - start

    def check(self, check: Checked, *, longest: timedelta = LONGEST) -> None:
        """Collect a sentence for each field that cannot be used."""
        for field, day in (("first_day", self.first_day), ("last_day", self.last_day)):
            if day.year not in YEARS:
                check.refuse(field, _("Choisissez une date entre 2000 et 2100."))
        if self.length <= timedelta():
            check.refuse("end_time", _("La fin doit être après le début."))
        if self.length > longest:
            check.refuse("last_day", _too_long(longest))


def _too_long(longest: timedelta) -> str:
    return ngettext(
        "Choisissez une durée de %(number)s jour au plus.",
        "Choisissez une durée de %(number)s jours au plus.",
        longest.days,
    )


class OpeningDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An opening (C-10): local times of its place; `recurrence` is an RRULE or None (once)."""

    resource_id: UUID
    place_id: UUID
    motive_ids: Sequence[UUID]
    first_day: date
    start_time: time
    end_time: time
    title: str = ""
    recurrence: str | None = None

    @property
    def window(self) -> Window:
        """The first occurrence."""
        return Window(
            first_day=self.first_day,
            start_time=self.start_time,
            last_day=self.first_day,
            end_time=self.end_time,
        )

    def check(self) -> None:
        """Raise `InvalidInput` with a sentence for each field that cannot be used."""
        check = Checked()
        check.line("title", self.title, longest=LINE)
        if self.end_time <= self.start_time:
            check.refuse("end_time", _("L’heure de fin doit être après l’heure de début."))
        if not self.motive_ids:
            check.refuse("motive_ids", _("Choisissez au moins un motif."))
        if len(self.motive_ids) > MOST_MOTIVES:
            check.refuse("motive_ids", _("Choisissez %(most)s motifs au plus.", most=MOST_MOTIVES))
        _finish(check, self.window, self.recurrence)


class AbsenceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An absence (C-12): local times of `time_zone`; `recurrence` is an RRULE or None (once)."""

    resource_id: UUID
    first_day: date
    start_time: time
    last_day: date
    end_time: time
    time_zone: str
    title: str = ""
    recurrence: str | None = None

    @property
    def window(self) -> Window:
        """The first occurrence."""
        return Window(
            first_day=self.first_day,
            start_time=self.start_time,
            last_day=self.last_day,
            end_time=self.end_time,
        )

    def check(self) -> None:
        """Raise `InvalidInput` with a sentence for each field that cannot be used."""
        check = Checked()
        check.line("title", self.title, longest=LINE)
        if (self.last_day, self.end_time) <= (self.first_day, self.start_time):
            check.refuse("end_time", _("La fin de l’absence doit être après son début."))
        if not is_zone(self.time_zone):
            check.refuse("time_zone", _("Ce fuseau horaire n’existe pas."))
        _finish(check, self.window, self.recurrence)


class ClosureDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A closure (C-07); without organisation and place, the whole tenant.

    Its aware times are repeated at the same local times of `time_zone`; without one, it is that of
    the organisation, or of the tenant.
    """

    starts_at: datetime
    ends_at: datetime
    label: str = ""
    kind: Literal["closure", "public_holiday"] = "closure"
    organisation_id: UUID | None = None
    place_id: UUID | None = None
    time_zone: str | None = None
    recurrence: str | None = None

    def window_in(self, zone: ZoneInfo) -> Window:
        """Give the first occurrence in local times."""
        start, end = self.starts_at.astimezone(zone), self.ends_at.astimezone(zone)
        return Window(
            first_day=start.date(),
            start_time=start.time(),
            last_day=end.date(),
            end_time=end.time(),
        )

    def check(self) -> None:
        """Raise `InvalidInput` with a sentence for each field that cannot be used."""
        check = Checked()
        check.line("label", self.label, longest=LINE)
        for field, moment in (("starts_at", self.starts_at), ("ends_at", self.ends_at)):
            # A day more on both sides: the year may be another in the local time.
            if moment.year not in YEARS[1:-1]:
                check.refuse(field, _("Choisissez une date entre 2000 et 2100."))
        if self.ends_at <= self.starts_at:
            check.refuse("ends_at", _("La fin de la fermeture doit être après son début."))
        if self.time_zone is not None and not is_zone(self.time_zone):
            check.refuse("time_zone", _("Ce fuseau horaire n’existe pas."))
        check.refuse_if_wrong()
        zone = ZoneInfo(self.time_zone or "UTC")
        _finish(check, self.window_in(zone), self.recurrence)


Draft = OpeningDraft | AbsenceDraft | ClosureDraft


class OccurrenceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence changed without the others (C-11), in local times of its series.

    `last_day` None: the same day. Resource and place are an opening's; None keeps those of its
    series.
    """

    first_day: date
    start_time: time
    end_time: time
    last_day: date | None = None
    resource_id: UUID | None = None
    place_id: UUID | None = None

    @property
    def window(self) -> Window:
        """When it takes place."""
        return Window(
            first_day=self.first_day,
            start_time=self.start_time,
            last_day=self.last_day or self.first_day,
            end_time=self.end_time,
        )

    def check(self, *, of_an_opening: bool) -> None:
        """Raise `InvalidInput` with a sentence for each field that cannot be used."""
        check = Checked()
        self.window.check(check, longest=LONGEST_REPEATED)
        if of_an_opening and self.last_day not in {None, self.first_day}:
            check.refuse("last_day", _("Une plage d’ouverture finit le jour où elle commence."))
        check.refuse_if_wrong()


def is_zone(name: str) -> bool:
    """Say whether a time zone of that name exists."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _finish(check: Checked, window: Window, recurrence: str | None) -> None:
    window.check(check, longest=LONGEST_REPEATED if recurrence else LONGEST)
    check.refuse_if_wrong()
    if recurrence is not None:
        check_repetition(recurrence, window.first_day)

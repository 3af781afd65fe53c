"""What is asked when openings, absences and closures are made, and what is wrong with it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from creneau.i18n import gettext as _
from creneau.planning.recurrence import repetition
from creneau.refusals import InvalidInput

YEARS: Final = range(2000, 2101)


def _check_repetition(rule: str | None, first_day: date, start: time) -> None:
    if rule is not None:
        repetition(rule, datetime.combine(first_day, start))


def _check_year(first_day: date) -> dict[str, str]:
    if first_day.year in YEARS:
        return {}
    return {"first_day": _("Choisissez une date entre 2000 et 2100.")}


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

    def check(self) -> None:
        """Raise `InvalidInput` with a sentence for each field that cannot be used."""
        wrong = _check_year(self.first_day)
        if self.end_time <= self.start_time:
            wrong["end_time"] = _("L’heure de fin doit être après l’heure de début.")
        if not self.motive_ids:
            wrong["motive_ids"] = _("Choisissez au moins un motif.")
        if wrong:
            raise InvalidInput(wrong)
        _check_repetition(self.recurrence, self.first_day, self.start_time)


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

    def check(self) -> None:
        """Raise `InvalidInput` with a sentence for each field that cannot be used."""
        wrong = _check_year(self.first_day)
        if (self.last_day, self.end_time) <= (self.first_day, self.start_time):
            wrong["end_time"] = _("La fin de l’absence doit être après son début.")
        if not _is_zone(self.time_zone):
            wrong["time_zone"] = _("Ce fuseau horaire n’existe pas.")
        if wrong:
            raise InvalidInput(wrong)
        _check_repetition(self.recurrence, self.first_day, self.start_time)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


class ClosureDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A closure (C-07), times in UTC; without organisation and place, the whole tenant."""

    starts_at: datetime
    ends_at: datetime
    label: str = ""
    kind: Literal["closure", "public_holiday"] = "closure"
    organisation_id: UUID | None = None
    place_id: UUID | None = None

    def check(self) -> None:
        """Raise `InvalidInput` if the end is not after the start."""
        if self.ends_at <= self.starts_at:
            raise InvalidInput({"ends_at": _("La fin de la fermeture doit être après son début.")})

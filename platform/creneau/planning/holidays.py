"""The public holidays of a territory, and how an organisation's edits change them (C-07)."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from holidays import country_holidays

from creneau.planning.drafts import Window
from creneau.planning.rules import A_DAY, MIDNIGHT, Occurrence, span_of
from creneau.planning.schemas import Holiday

# An organisation's territories by their codes in ISO 3166; the library has the départements'.
SUBDIVISIONS: Final[Mapping[str, str | None]] = {
    "FR": None,
    "GF": "973",
    "GP": "971",
    "MQ": "972",
    "RE": "974",
    "YT": "976",
}


@cache
def _of_year(territory: str, year: int) -> Mapping[date, str]:
    found = country_holidays(
        "FR", subdiv=SUBDIVISIONS.get(territory, territory), years=year, language="fr"
    )
    return {day: str(name).replace("'", "’") for day, name in sorted(found.items())}


def of_territory(territory: str, first: date, last: date) -> dict[date, str]:
    """Name the public holidays of a territory from one day to another, both included."""
    years = range(first.year, last.year + 1)
    found = (item for year in years for item in _of_year(territory, year).items())
    return {day: name for day, name in found if first <= day <= last}


def proposed(
    territory: str, edits: Mapping[date, str | None] | None, first: date, last: date
) -> list[Holiday]:
    """List the days with what an organisation made of each; with edits None, they are proposals."""
    known = of_territory(territory, first, last)
    if edits is None:
        return [Holiday(day=day, label=name, state="proposed") for day, name in known.items()]
    days = sorted({*known, *(day for day in edits if first <= day <= last)})
    return [found for day in days if (found := _edited(day, known, edits)) is not None]


def _edited(
    day: date, known: Mapping[date, str], edits: Mapping[date, str | None]
) -> Holiday | None:
    added = edits.get(day)
    if day not in known:
        return Holiday(day=day, label=added, state="added") if added else None
    if day in edits and added is None:
        return Holiday(day=day, label=known[day], state="removed")
    return Holiday(day=day, label=added or known[day], state="kept")


def version_of(territory: str, edits: Mapping[date, str | None] | None) -> str:
    """Name the state of a calendar that a form is made from."""
    state = (territory, None if edits is None else sorted(edits.items(), key=str))
    return sha256(repr(state).encode()).hexdigest()[:20]


def closures(organisation_id: UUID, zone: ZoneInfo, found: Iterable[Holiday]) -> set[Occurrence]:
    """Give the closures of a calendar: whole local days."""
    return {
        _closure(organisation_id, zone, holiday)
        for holiday in found
        if holiday.state in {"kept", "added"}
    }


def _closure(organisation_id: UUID, zone: ZoneInfo, holiday: Holiday) -> Occurrence:
    window = Window(
        first_day=holiday.day,
        start_time=MIDNIGHT,
        last_day=holiday.day + A_DAY,
        end_time=MIDNIGHT,
    )
    return Occurrence(
        holiday.day,
        *span_of(window, zone),
        organisation_id=organisation_id,
        label=holiday.label,
        closure_kind="public_holiday",
    )

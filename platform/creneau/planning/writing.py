"""How a change of the planning is carried out, inside the caller's transaction.

Whatever a change does to its rules, the occurrences are then compared with what the rules mean,
and only the difference is written: what a rebuild would find is what is stored.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from creneau.context import current_tenant
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.planning import holidays
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, Draft, OccurrenceDraft, OpeningDraft
from creneau.planning.errors import NoSuchOccurrence
from creneau.planning.queries import holidays as calendars
from creneau.planning.queries import occurrences as written
from creneau.planning.queries import series as rules_kept
from creneau.planning.recurrence import ended_before, with_fewer
from creneau.planning.rules import Occurrence, Series, occurrences, span_of
from creneau.planning.schemas import Kind, Rebuilt, SeriesRef
from creneau.refusals import InvalidInput, NotFound


async def read(tx: Transaction, ref: SeriesRef) -> Series:
    """Read a series; raises `NotFound`."""
    found = await rules_kept.find(tx, ref)
    if found is None:
        raise NotFound
    return found[0]


def kind_of(draft: Draft) -> Kind:
    """Name the kind of series that a draft is for."""
    if isinstance(draft, OpeningDraft):
        return "opening"
    return "absence" if isinstance(draft, AbsenceDraft) else "closure"


async def put(tx: Transaction, draft: Draft, series_id: UUID | None = None) -> SeriesRef:
    """Write a checked draft as a new series or over one; its occurrences follow with `write_out`.

    Raises:
        InvalidInput: it names a resource, a place or a motive that does not exist here.
    """
    await _refuse_strangers(tx, draft)
    kind = kind_of(draft)
    ref = SeriesRef(kind, await rules_kept.put(tx, kind, await _columns(tx, draft), series_id))
    if isinstance(draft, OpeningDraft):
        await rules_kept.put_motives(tx, ref.id, draft.motive_ids)
    return ref


async def _refuse_strangers(tx: Transaction, draft: Draft | OccurrenceDraft) -> None:
    named = {
        "resource_id": _one(draft, "resource_id"),
        "place_id": _one(draft, "place_id"),
        "motive_ids": list(draft.motive_ids) if isinstance(draft, OpeningDraft) else [],
    }
    unknown = await rules_kept.strangers(tx, *named.values())
    wrong = {
        field: _("Choisissez une des valeurs proposées.")
        for field, ids in named.items()
        if not unknown.isdisjoint(ids)
    }
    if wrong:
        raise InvalidInput(wrong)


def _one(draft: object, field: str) -> list[UUID]:
    value: UUID | None = getattr(draft, field, None)
    return [] if value is None else [value]


async def _columns(tx: Transaction, draft: Draft) -> Mapping[str, Any]:
    if isinstance(draft, OpeningDraft):
        return rules_kept.opening_columns(draft)
    if isinstance(draft, AbsenceDraft):
        return rules_kept.absence_columns(draft)
    zone = draft.time_zone or await _zone(tx, draft)
    window = draft.window_in(ZoneInfo(zone))
    if window.length <= timedelta():
        # Both moments are right; on the wall the clock went back between them.
        sentence = _("L’heure recule cette nuit-là : choisissez une fin plus tardive à l’horloge.")
        raise InvalidInput({"ends_at": sentence})
    return {
        **{name: getattr(window, name) for name in type(window).__struct_fields__},
        **{
            name: getattr(draft, name)
            for name in ("organisation_id", "place_id", "label", "kind", "recurrence")
        },
        "time_zone": zone,
    }


async def _zone(tx: Transaction, draft: ClosureDraft) -> str:
    if draft.organisation_id is None and draft.place_id is None:
        return current_tenant.get().time_zone
    zone = await rules_kept.zone_of(tx, draft.organisation_id, draft.place_id)
    if zone is None:
        raise InvalidInput({"organisation_id": _("Choisissez une organisation de la liste.")})
    return zone


async def draft_of(tx: Transaction, ref: SeriesRef) -> Draft:
    """Read a series as the draft that would make it; raises `NotFound`."""
    series = await read(tx, ref)
    window, title = series.window, await rules_kept.title(tx, ref)
    if ref.kind == "closure":
        starts_at, ends_at = span_of(window, ZoneInfo(series.zone))
        return ClosureDraft(
            starts_at=starts_at,
            ends_at=ends_at,
            label=title,
            kind="public_holiday" if series.closure_kind == "public_holiday" else "closure",
            organisation_id=series.organisation_id,
            place_id=series.place_id,
            time_zone=series.zone,
            recurrence=series.recurrence,
        )
    if ref.kind == "absence":
        return AbsenceDraft(
            resource_id=_present(series.resource_id),
            first_day=window.first_day,
            start_time=window.start_time,
            last_day=window.last_day,
            end_time=window.end_time,
            time_zone=series.zone,
            title=title,
            recurrence=series.recurrence,
        )
    return OpeningDraft(
        resource_id=_present(series.resource_id),
        place_id=_present(series.place_id),
        motive_ids=await rules_kept.motives_of(tx, ref.id),
        first_day=window.first_day,
        start_time=window.start_time,
        end_time=window.end_time,
        title=title,
        recurrence=series.recurrence,
    )


def _present(value: UUID | None) -> UUID:
    if value is None:
        raise NotFound
    return value


def meant_days(series: Series, day: date) -> list[date]:
    """List the days that a series means up to one of them.

    Raises:
        NoSuchOccurrence: it does not mean that day.
    """
    days = list(series.days(day))
    if day not in days:
        raise NoSuchOccurrence
    return days


async def skip(tx: Transaction, ref: SeriesRef, day: date) -> None:
    """Leave one occurrence out; raises `NoSuchOccurrence`."""
    meant_days(await read(tx, ref), day)
    await rules_kept.change(tx, ref, day, None)


async def replace(tx: Transaction, ref: SeriesRef, day: date, draft: OccurrenceDraft) -> None:
    """Say what takes place instead of one occurrence.

    Raises:
        NoSuchOccurrence: the series means nothing for that day.
        InvalidInput: a field cannot be used, or another occurrence begins at that very moment.
    """
    draft.check(of_an_opening=ref.kind == "opening")
    series = await read(tx, ref)
    meant_days(series, day)
    await _refuse_strangers(tx, draft)
    starts_at, _ends_at = span_of(draft.window, ZoneInfo(series.zone))
    stored = await written.stored(tx, ref)
    if any(one.starts_at == starts_at and one.day != day for one in stored):
        raise InvalidInput(
            {"start_time": _("Une autre occurrence de cette série commence déjà à ce moment.")}
        )
    await rules_kept.change(tx, ref, day, draft)


async def cut(tx: Transaction, ref: SeriesRef, day: date) -> bool:
    """End a series before a day that it means; False when nothing would be left of it.

    Its changes from that day on are kept for whoever takes them over. Raises `NoSuchOccurrence`.
    """
    series = await read(tx, ref)
    if meant_days(series, day)[0] == day or series.recurrence is None:
        return False
    await rules_kept.end(tx, ref, ended_before(series.recurrence, day))
    return True


async def write_out(tx: Transaction, ref: SeriesRef, until: date) -> Rebuilt:
    """Bring a series' occurrences to what it means up to a day; its idle changes are forgotten."""
    series = await read(tx, ref)
    await _forget_idle_changes(tx, series)
    difference = await _write(
        tx, ref.kind, ref.id, occurrences(series, until), await written.stored(tx, ref)
    )
    await written.written_until(tx, ref, until)
    return difference


async def _forget_idle_changes(tx: Transaction, series: Series) -> None:
    if series.changes:
        meant = set(series.days(max(series.changes)))
        idle = [day for day in series.changes if day not in meant]
        await rules_kept.forget_changes(tx, series.ref, idle)


async def _write(
    tx: Transaction,
    kind: Kind,
    series_id: UUID | None,
    meant: set[Occurrence],
    stored: Mapping[Occurrence, UUID],
) -> Rebuilt:
    missing = meant - stored.keys()
    surplus = [one_id for one, one_id in stored.items() if one not in meant]
    if surplus:
        await written.remove(tx, kind, surplus)
    if missing:
        await written.add(tx, kind, series_id, missing)
    return Rebuilt(series=1, missing=len(missing), surplus=len(surplus))


async def difference(tx: Transaction, ref: SeriesRef) -> Rebuilt:
    """Compare a series' occurrences with what it means, as far as it is written out."""
    found = await rules_kept.find(tx, ref)
    if found is None:
        return Rebuilt()
    series, until = found
    meant = occurrences(series, until) if until else set[Occurrence]()
    return _compared(meant, await written.stored(tx, ref))


def _compared(meant: set[Occurrence], stored: Mapping[Occurrence, UUID]) -> Rebuilt:
    return Rebuilt(series=1, missing=len(meant - stored.keys()), surplus=len(stored.keys() - meant))


async def write_holidays(
    tx: Transaction, organisation_id: UUID, now: datetime, until: date
) -> Rebuilt:
    """Bring the closures of an organisation's calendar to what it means; raises `NotFound`."""
    stored = await written.stored_holidays(tx, organisation_id)
    meant = await _holidays(tx, organisation_id, stored, now, until)
    done = await _write(tx, "closure", None, meant, stored)
    await calendars.written_until(tx, organisation_id, until)
    return done


async def difference_of_holidays(tx: Transaction, organisation_id: UUID, now: datetime) -> Rebuilt:
    """Compare the closures of an organisation's calendar with what it means."""
    calendar = await calendars.find(tx, organisation_id)
    until = calendar.materialised_until if calendar else None
    stored = await written.stored_holidays(tx, organisation_id)
    meant = await _holidays(tx, organisation_id, stored, now, until)
    return _compared(meant, stored)


async def _holidays(
    tx: Transaction,
    organisation_id: UUID,
    stored: Mapping[Occurrence, UUID],
    now: datetime,
    until: date | None,
) -> set[Occurrence]:
    calendar = await calendars.find(tx, organisation_id)
    if calendar is None:
        raise NotFound
    # What is over where they close stays as it was: a calendar is about the days to come.
    zone = ZoneInfo(calendar.time_zone)
    today = now.astimezone(zone).date()
    past = {one for one in stored if one.day is not None and one.day < today}
    if calendar.edits is None:
        return past
    found = holidays.proposed(calendar.territory, calendar.edits, today, until or today)
    return past | holidays.closures(organisation_id, zone, found)


def like(
    draft: OpeningDraft | AbsenceDraft, first_day: date | None, resource_id: UUID | None
) -> Draft:
    """Copy a draft for another resource, or from another day."""
    resource_id = resource_id or draft.resource_id
    copy = msgspec.structs.replace(draft, resource_id=resource_id)
    return from_day(copy, first_day) if first_day else copy


def from_day(draft: Draft, day: date) -> Draft:
    """Let a draft begin on another day; what lasts longer than a day lasts as long."""
    if isinstance(draft, OpeningDraft):
        return msgspec.structs.replace(draft, first_day=day)
    if isinstance(draft, AbsenceDraft):
        length = draft.last_day - draft.first_day
        return msgspec.structs.replace(draft, first_day=day, last_day=day + length)
    zone = ZoneInfo(draft.time_zone or "UTC")
    window = draft.window_in(zone)
    moved = msgspec.structs.replace(
        window, first_day=day, last_day=day + (window.last_day - window.first_day)
    )
    starts_at, ends_at = span_of(moved, zone)
    return msgspec.structs.replace(draft, starts_at=starts_at, ends_at=ends_at)


def after(draft: Draft, day: date, passed: int) -> Draft:
    """Give what is left of a draft from a day on, after so many occurrences."""
    left = with_fewer(draft.recurrence, passed) if draft.recurrence else None
    return from_day(msgspec.structs.replace(draft, recurrence=left), day)

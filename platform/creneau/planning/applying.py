"""Which change does what, and whose time it may touch; inside the caller's transaction."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from creneau.context import current_tenant
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.motives.rules import checked_motive
from creneau.organisations.rules import checked_organisation
from creneau.planning import holidays, motives, premises, writing
from creneau.planning.drafts import Draft
from creneau.planning.errors import ReadElsewhere
from creneau.planning.queries import holidays as calendars
from creneau.planning.queries import impact, listed
from creneau.planning.queries import series as rules_kept
from creneau.planning.rules import Series, horizon
from creneau.planning.schemas import (
    ArchiveMotive,
    ArchivePlace,
    Change,
    ChangeDuration,
    Create,
    Delete,
    Edit,
    EditFollowing,
    EditHolidays,
    EditMotive,
    EditOrganisation,
    EndBefore,
    ForgetHolidays,
    Replace,
    Restore,
    SeriesRef,
    Skip,
)
from creneau.refusals import ChangedMeanwhile, NotFound
from creneau.validation import LINE, Checked

ChangeOfSeries = Create | Edit | EditFollowing | Skip | Replace | Restore | EndBefore | Delete
Question = Callable[[Transaction], Awaitable[set[UUID]]]
DAY_MINUTES = 24 * 60
MOST_EDITS = 400


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a change did: the subject and the action of its history."""

    subject_kind: str
    subject_id: UUID
    action: str
    written: tuple[SeriesRef, ...] = ()
    details: Mapping[str, object] = {}


def check(change: Change) -> None:
    """Raise `InvalidInput` with a sentence for each field of a change that cannot be used."""
    if isinstance(change, Create | Edit | EditFollowing):
        change.draft.check()
    if isinstance(change, Edit | EditFollowing) and change.ref.kind != writing.kind_of(
        change.draft
    ):
        raise NotFound
    if isinstance(change, Replace):
        change.draft.check(of_an_opening=change.ref.kind == "opening")
    if isinstance(change, EditHolidays):
        _check_holidays(change)
    if isinstance(change, EditOrganisation):
        checked_organisation(change.draft, current_tenant.get().time_zone)
    if isinstance(change, EditMotive):
        checked_motive(change.draft)
    if isinstance(change, ChangeDuration):
        checked = Checked()
        checked.between("duration_minutes", change.duration_minutes, 1, DAY_MINUTES)
        checked.refuse_if_wrong()


def _check_holidays(change: EditHolidays) -> None:
    checked = Checked()
    for label in change.edits.values():
        checked.line("edits", label or "", longest=LINE)
        if label is not None and not label.strip():
            checked.refuse("edits", _("Donnez un nom au jour ajouté."))
    if len(change.edits) > MOST_EDITS:
        checked.refuse("edits", _("Choisissez %(most)s jours au plus.", most=MOST_EDITS))
    checked.refuse_if_wrong()


async def question(tx: Transaction, change: Change, now: datetime) -> Question:
    """Give what is asked before and after a change: which bookings to come stand no more."""
    if isinstance(change, ArchiveMotive | ChangeDuration | EditMotive):
        return _asked_once(await motives.question(tx, change, now))
    if isinstance(change, EditOrganisation | ArchivePlace):
        return await _question_of_premises(tx, change, now)
    if isinstance(change, EditHolidays | ForgetHolidays):
        return lambda at: impact.closed(at, now)
    return await _question_of_series(tx, change, now)


async def _question_of_premises(
    tx: Transaction, change: EditOrganisation | ArchivePlace, now: datetime
) -> Question:
    if isinstance(change, ArchivePlace):
        place_id = change.place_id
        return _asked_once(lambda after: impact.of_place(after, now, place_id))
    if not await premises.moves(tx, change):
        return _nothing
    return lambda at: premises.without_time(at, change.organisation_id, now)


async def _nothing(at: Transaction) -> set[UUID]:
    del at
    return set()


async def _question_of_series(
    tx: Transaction,
    change: ChangeOfSeries,
    now: datetime,
) -> Question:
    series = None if isinstance(change, Create) else await writing.read(tx, change.ref)
    draft = change.draft if isinstance(change, Create | Edit | EditFollowing) else None
    also = change.draft.resource_id if isinstance(change, Replace) else None
    resources = set(_resources(series, draft, also))
    kind = series.ref.kind if series else writing.kind_of(change.draft)  # type: ignore[union-attr] - only a new series has none yet, and has a draft
    if kind == "closure":
        return lambda at: impact.closed(at, now)
    if kind == "absence":
        return lambda at: impact.absent(at, now, resources)
    return lambda at: impact.without_opening(at, now, resources)


def _resources(series: Series | None, draft: Draft | None, also: UUID | None) -> Iterable[UUID]:
    named = [also, getattr(draft, "resource_id", None)]
    if series is not None:
        named += [series.resource_id]
        named += [change.resource_id for change in series.changes.values() if change]
    return (resource_id for resource_id in named if resource_id is not None)


def _asked_once(found: Question) -> Question:
    """Ask after the change only: before it, all was well."""
    asked = False

    async def answer(tx: Transaction) -> set[UUID]:
        nonlocal asked
        first, asked = not asked, True
        return set() if first else await found(tx)

    return answer


async def apply(tx: Transaction, change: Change, now: datetime) -> Done:
    """Carry a checked change out, occurrences included.

    Raises:
        NotFound: what it names does not exist here.
        NoSuchOccurrence: the series means nothing for the day that it names.
        ReadElsewhere: it is an absence that follows a calendar elsewhere.
        InvalidInput: a field cannot be used.
    """
    if isinstance(change, EditHolidays | ForgetHolidays):
        return await _apply_holidays(tx, change, now)
    if isinstance(change, ArchiveMotive | ChangeDuration | EditMotive):
        return await _apply_motive(tx, change, now)
    if isinstance(change, EditOrganisation | ArchivePlace):
        done = await _apply_premises(tx, change, now)
    else:
        done = await _apply_series(tx, change)
    for ref in done.written:
        await writing.write_out(tx, ref, horizon(now))
    return done


async def _apply_premises(
    tx: Transaction, change: EditOrganisation | ArchivePlace, now: datetime
) -> Done:
    if isinstance(change, ArchivePlace):
        return Done(
            subject_kind="place",
            subject_id=change.place_id,
            action="place.archived",
            written=await premises.archive(tx, change, now),
        )
    edited = await premises.edit_organisation(tx, change, now)
    return Done(
        subject_kind="organisation",
        subject_id=change.organisation_id,
        action="organisation.updated",
        written=edited.moved,
        details={"changed": edited.changed},
    )


async def _apply_series(tx: Transaction, change: ChangeOfSeries) -> Done:
    if not isinstance(change, Create):
        await _refuse_imported(tx, change.ref)
    match change:
        case Create(draft):
            return _done(await writing.put(tx, draft), "created")
        case Edit(ref, draft):
            await writing.read(tx, ref)
            return _done(await writing.put(tx, draft, ref.id), "edited")
        case EditFollowing():
            return await _edit_following(tx, change)
        case EndBefore(ref, day):
            return (
                _done(ref, "ended") if await writing.cut(tx, ref, day) else await _delete(tx, ref)
            )
        case Delete(ref):
            await writing.read(tx, ref)
            return await _delete(tx, ref)
        case _:
            return await _apply_occurrence(tx, change)


async def _refuse_imported(tx: Transaction, ref: SeriesRef) -> None:
    if ref.kind == "absence" and await listed.is_imported(tx, ref.id):
        raise ReadElsewhere


async def _apply_occurrence(tx: Transaction, change: Skip | Replace | Restore) -> Done:
    match change:
        case Skip(ref, day):
            await writing.skip(tx, ref, day)
            return _done(ref, "occurrence_skipped")
        case Replace(ref, day, draft):
            await writing.replace(tx, ref, day, draft)
            return _done(ref, "occurrence_changed")
        case Restore(ref, day):
            await writing.read(tx, ref)
            await rules_kept.forget_changes(tx, ref, [day])
            return _done(ref, "occurrence_restored")


async def _delete(tx: Transaction, ref: SeriesRef) -> Done:
    await rules_kept.delete(tx, ref)
    return Done(subject_kind=ref.kind, subject_id=ref.id, action=f"{ref.kind}.deleted")


def _done(ref: SeriesRef, what: str, *also: SeriesRef) -> Done:
    return Done(
        subject_kind=ref.kind,
        subject_id=ref.id,
        action=f"{ref.kind}.{what}",
        written=(*also, ref),
    )


async def _edit_following(tx: Transaction, change: EditFollowing) -> Done:
    if not await writing.cut(tx, change.ref, change.day):
        return _done(await writing.put(tx, change.draft, change.ref.id), "edited")
    new = await writing.put(tx, change.draft)
    await rules_kept.hand_changes_on(tx, change.ref, new, change.day)
    return _done(new, "split", change.ref)


async def _apply_holidays(
    tx: Transaction, change: EditHolidays | ForgetHolidays, now: datetime
) -> Done:
    organisation_id = change.organisation_id
    before = await calendars.find(tx, organisation_id)
    if before is None:
        raise NotFound
    if isinstance(change, EditHolidays):
        _refuse_other_holidays(before, change)
        await calendars.put(tx, organisation_id, change.edits)
    else:
        await calendars.forget(tx, organisation_id)
    await writing.write_holidays(tx, organisation_id, now, horizon(now))
    return Done(
        subject_kind="organisation",
        subject_id=organisation_id,
        action="organisation.holidays_edited",
    )


def _refuse_other_holidays(before: calendars.Calendar, change: EditHolidays) -> None:
    if change.version is None:
        return
    if holidays.version_of(before.territory, before.edits) != change.version:
        raise ChangedMeanwhile(before)


async def _apply_motive(
    tx: Transaction, change: ArchiveMotive | ChangeDuration | EditMotive, now: datetime
) -> Done:
    if isinstance(change, EditMotive):
        details = {"changed": await motives.edit(tx, change)}
        return Done(
            subject_kind="motive",
            subject_id=change.motive_id,
            action="motive.updated",
            details=details,
        )
    if isinstance(change, ArchiveMotive):
        await motives.archive(tx, change, now)
        action = "motive.archived"
    elif await impact.set_duration(tx, change.motive_id, change.duration_minutes):
        action = "motive.duration_changed"
    else:
        raise NotFound
    return Done(subject_kind="motive", subject_id=change.motive_id, action=action)

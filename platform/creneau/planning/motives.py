"""What a change of a motive does, and which booked appointments it concerns (C-05, C-14)."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.messages.reminders.events import reminders_changed
from creneau.motives import queries
from creneau.motives.naming import refuse_other_names
from creneau.motives.rules import checked_motive, touches
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.motives.service import refuse_strangers
from creneau.planning.queries import impact
from creneau.planning.schemas import ArchiveMotive, ChangeDuration, EditMotive
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound

FIELDS = MotiveDraft.__struct_fields__


async def in_use(tx: Transaction, motive_id: UUID) -> Motive:
    """Read a motive that is in use; raises `NotFound`."""
    found = await queries.find(tx, motive_id)
    if found is None or found.archived_at is not None:
        raise NotFound
    return found


async def question(
    tx: Transaction, change: ArchiveMotive | ChangeDuration | EditMotive, now: datetime
) -> Callable[[Transaction], Awaitable[set[UUID]]]:
    """Give what is asked after a change: which bookings are unlike those to come.

    Raises:
        NotFound: the motive is not in use here.
    """
    if isinstance(change, ArchiveMotive):
        return lambda after: impact.of_motive(after, now, change.motive_id)
    if isinstance(change, ChangeDuration):
        minutes = change.duration_minutes
        return lambda after: impact.of_motive(after, now, change.motive_id, minutes)
    before, draft = await in_use(tx, change.motive_id), change.draft
    return lambda after: _concerned(after, now, before, draft)


async def _concerned(
    tx: Transaction, now: datetime, before: Motive, draft: MotiveDraft
) -> set[UUID]:
    how = touches(before, draft)
    if "kind" in how:
        return await impact.of_motive(tx, now, before.id)
    found: set[UUID] = set()
    if "duration" in how:
        found |= await impact.of_motive(tx, now, before.id, draft.duration_minutes)
    if "buffers" in how:
        found |= await impact.without_buffers(
            tx, now, before.id, draft.buffer_before_minutes, draft.buffer_after_minutes
        )
    return found


async def archive(tx: Transaction, change: ArchiveMotive, now: datetime) -> None:
    """Take a motive out of use.

    Raises:
        NotFound: it is not in use here.
        ChangedMeanwhile: somebody else changed or archived it since the change's version.
    """
    if await impact.archive_motive(tx, change.motive_id, now, change.version):
        return
    found = await queries.find(tx, change.motive_id)
    if found is None or change.version is None:
        raise NotFound
    raise ChangedMeanwhile(found)


async def edit(tx: Transaction, change: EditMotive) -> list[str]:
    """Write a motive, and name the fields that changed.

    Raises:
        NotFound: it is not in use here.
        InvalidInput: a field cannot be used, or the name is taken.
        ChangedMeanwhile: somebody else saved it since.
    """
    before = await in_use(tx, change.motive_id)
    draft = checked_motive(
        msgspec.structs.replace(change.draft, organisation_id=before.organisation_id)
    )
    await refuse_strangers(tx, draft)
    await refuse_other_names(tx, draft, before)
    if await queries.name_is_taken(tx, before.organisation_id, draft.name, before.id):
        raise InvalidInput({"name": _("Un motif de cette organisation porte déjà ce nom.")})
    if not await queries.update_motive(tx, before.id, draft, change.version):
        raise ChangedMeanwhile(await in_use(tx, before.id))
    changed = changed_fields(before, draft, FIELDS)
    if "reminders" in changed:
        await reminders_changed(tx, before.id, before.version)
    return changed

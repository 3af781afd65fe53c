"""What is kept for how long, what goes next, and taking it away (T-11, S-14)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from creneau_infra import clock

from creneau.context import SYSTEM, Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.i18n import gettext as _
from creneau.people import queries as people
from creneau.people.idle import queries as idle
from creneau.people.idle.schemas import Idle, IdleWanted
from creneau.people.idle.service import count_idle, each_idle, erase_idle, listed_idle
from creneau.people.privacy import parts
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.retention import queries
from creneau.retention.rules import MONTHS, erased_before, goes_on, listed_before
from creneau.retention.schemas import (
    Counts,
    FilesWanted,
    Leaving,
    LeavingBooking,
    OldBooking,
    OldWanted,
    RetentionRule,
)

FILES_AT_ONCE: Final = 50
BOOKINGS_AT_ONCE: Final = 200
_log = structlog.stdlib.get_logger(__name__)

ALL_FILES: Final = FilesWanted()
ALL_OLD: Final = OldWanted()


async def rule() -> RetentionRule:
    """Read how long the tenant keeps what has no activity."""
    async with tenant_transaction() as tx:
        return await queries.rule(tx)


async def set_months(months: int, actor: Actor, *, seen: int) -> None:
    """Set how long what has no activity is kept; whatever that reaches anew is listed for a month first.

    `seen` are the months that the form was made from.

    Raises:
        InvalidInput: It is less than six months, or more than ten years.
        ChangedMeanwhile: Somebody else has set it since.
    """
    if months not in MONTHS:
        raise InvalidInput({"months": _("Choisissez entre 6 et 120 mois.")})
    async with tenant_transaction() as tx:
        await queries.lock_rule(tx)
        before = await queries.rule(tx)
        if before.months != seen:
            raise ChangedMeanwhile(before)
        if months == before.months:
            return
        await queries.set_rule(tx, months, clock.now())
        changed = {"changed": ["months"]}
        await record(tx, actor, "retention.rule_set", "tenant", current_tenant.get().id, changed)


async def counts() -> Counts:
    """Count what is in the list."""
    return Counts(files=await count_files(), appointments=await count_bookings())


async def count_files(wanted: FilesWanted = ALL_FILES) -> int:
    """Count the files that will be erased."""
    return await count_idle(_idle(await rule(), wanted))


async def leaving_files(
    limit: int,
    skipped: int = 0,
    wanted: FilesWanted = ALL_FILES,
) -> list[Leaving]:
    """List the files that will be erased, and when, the oldest first unless asked otherwise."""
    kept = await rule()
    found = await listed_idle(_idle(kept, wanted), limit, skipped)
    return [_leaving(kept, one) for one in found]


async def each_file(
    wanted: FilesWanted, sink: Callable[[Sequence[Leaving]], Awaitable[None]], at_once: int
) -> None:
    """Hand every file that will be erased to a sink, so many at a time."""
    kept = await rule()

    async def some(found: Sequence[Idle]) -> None:
        await sink([_leaving(kept, one) for one in found])

    await each_idle(_idle(kept, wanted), some, at_once)


def _idle(kept: RetentionRule, wanted: FilesWanted) -> IdleWanted:
    return IdleWanted(
        before=listed_before(kept, clock.now()),
        words=wanted.words,
        sort=wanted.sort,
        descending=wanted.descending,
    )


def _leaving(kept: RetentionRule, one: Idle) -> Leaving:
    return Leaving(
        id=one.id,
        name=one.name,
        last_at=one.last_at,
        relatives=one.relatives,
        on=goes_on(kept, one.last_at, _zone()),
    )


async def count_bookings(wanted: OldWanted = ALL_OLD) -> int:
    """Count the appointments that will name nobody any more."""
    async with tenant_transaction() as tx:
        before = listed_before(await queries.rule(tx), clock.now())
        return await queries.count_old(tx, before, wanted)


async def leaving_bookings(
    limit: int,
    skipped: int = 0,
    wanted: OldWanted = ALL_OLD,
) -> list[LeavingBooking]:
    """List the appointments that will name nobody any more, and when, the oldest first as a rule."""
    async with tenant_transaction() as tx:
        kept = await queries.rule(tx)
        before = listed_before(kept, clock.now())
        found = await queries.old_bookings(tx, before, wanted, limit, skipped)
    return [_leaving_booking(kept, one) for one in found]


async def each_booking(
    wanted: OldWanted, sink: Callable[[Sequence[LeavingBooking]], Awaitable[None]], at_once: int
) -> None:
    """Hand every appointment that will name nobody any more to a sink, so many at a time."""
    async with tenant_transaction() as tx:
        kept = await queries.rule(tx)

        async def some(found: Sequence[OldBooking]) -> None:
            await sink([_leaving_booking(kept, one) for one in found])

        await queries.each_old(tx, listed_before(kept, clock.now()), wanted, some, at_once)


def _leaving_booking(kept: RetentionRule, one: OldBooking) -> LeavingBooking:
    return LeavingBooking(booking=one, on=goes_on(kept, one.last_at, _zone()))


def _zone() -> ZoneInfo:
    return ZoneInfo(current_tenant.get().time_zone)


async def erase_some() -> bool:
    """Erase some of what stood in the list for its time, and tell whether there may be more.

    It bears being done twice, and beside itself: what somebody did meanwhile keeps a file.
    """
    async with tenant_transaction() as tx:
        before = erased_before(await queries.rule(tx), clock.now())
        found = await idle.idle(tx, before, None, FILES_AT_ONCE) if before else []
    if before is None:
        return False
    files = sum([await _erased(one.id) for one in found])
    async with tenant_transaction() as tx:
        appointments = await _forget_bookings(tx)
        await queries.forget_invitations(tx, before)
        if files or appointments:
            done = {"files": files, "appointments": appointments}
            await record(tx, SYSTEM, "retention.erased", "tenant", current_tenant.get().id, done)
    # Where nothing could be erased, another try at once would erase nothing either.
    return files == FILES_AT_ONCE or appointments == BOOKINGS_AT_ONCE


async def _erased(person_id: UUID) -> bool:
    """Erase one file; one that cannot be erased keeps none of the others."""
    async with tenant_transaction() as tx:
        before = erased_before(await queries.rule(tx), clock.now())
    try:
        return before is not None and await erase_idle(person_id, before, SYSTEM)
    except Exception as error:  # noqa: BLE001 - whatever a plugin's part raises
        _log.warning("file_not_erased", error=type(error).__name__)
        return False


async def _forget_bookings(tx: Transaction) -> int:
    before = erased_before(await queries.rule(tx), clock.now())
    found = await queries.lock_old(tx, before, BOOKINGS_AT_ONCE) if before else []
    if not found:
        return 0
    # Whoever keeps something about an appointment finds it by its person: that is nobody from now on.
    nobody = await queries.give_to_nobody(tx, found)
    for part in parts():
        await part.erase(tx, nobody)
    await people.blank_person(tx, nobody)
    return len(found)

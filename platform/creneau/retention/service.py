"""What is kept for how long, what goes next, and taking it away (T-11, S-14)."""

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
from creneau.people.idle.service import count_idle, erase_idle
from creneau.people.privacy import parts
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.retention import queries
from creneau.retention.rules import MONTHS, erased_before, goes_on, listed_before
from creneau.retention.schemas import (
    Counts,
    Leaving,
    LeavingBooking,
    RetentionRule,
)

FILES_AT_ONCE: Final = 50
BOOKINGS_AT_ONCE: Final = 200
_log = structlog.stdlib.get_logger(__name__)


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
    async with tenant_transaction() as tx:
        before = listed_before(await queries.rule(tx), clock.now())
        appointments = await queries.count_old(tx, before)
    return Counts(files=await count_idle(before), appointments=appointments)


async def leaving_files(
    limit: int, skipped: int = 0, *, after: UUID | None = None
) -> list[Leaving]:
    """List the files that will be erased, and when, the oldest first; those after one of them."""
    async with tenant_transaction() as tx:
        kept = await queries.rule(tx)
        found = await idle.idle(tx, listed_before(kept, clock.now()), after, limit, skipped)
    return [
        Leaving(
            id=one.id,
            name=one.name,
            last_at=one.last_at,
            relatives=one.relatives,
            on=goes_on(kept, one.last_at, _zone()),
        )
        for one in found
    ]


async def leaving_bookings(limit: int, skipped: int = 0) -> list[LeavingBooking]:
    """List the appointments that will name nobody any more, and when, the oldest first."""
    async with tenant_transaction() as tx:
        kept = await queries.rule(tx)
        before = listed_before(kept, clock.now())
        found = await queries.old_bookings(tx, before, limit, skipped)
    return [LeavingBooking(booking=one, on=goes_on(kept, one.last_at, _zone())) for one in found]


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

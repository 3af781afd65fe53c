"""Busy times read from calendars elsewhere: kept up to date, and loud when they fail (C-83)."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau_infra import clock, outgoing
from creneau_infra.outbox import service as outbox
from creneau_infra.sealing import SealBrokenError, seal, unseal

from creneau.agents.mailing import write_to
from creneau.calendars.apart import read_apart
from creneau.calendars.errors import TooManySources
from creneau.calendars.expanding import Found, Question
from creneau.calendars.failures import said
from creneau.calendars.fetching import Fetched, fetch
from creneau.calendars.queries import accesses
from creneau.calendars.queries import sources as queries
from creneau.calendars.queries.sources import Answered, Due, NewSource
from creneau.calendars.rules import MOST_SOURCES, checked_source
from creneau.calendars.schemas import BusyDraft, BusySource, BusyTime, Owner
from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.planning import importing
from creneau.planning.queries import impact, imported, locks
from creneau.planning.rules import HORIZON, Span
from creneau.planning.schemas import ReadFrom, Touched
from creneau.refusals import InvalidInput, NotFound

REFRESH: Final = "busy.refresh"
FAILING_MAIL: Final = "mail.busy_failing"
BETWEEN: Final = timedelta(minutes=18)
GRID_SECONDS: Final = 300
SPREAD_MINUTES: Final = 5
"""Calendars of one tenant are not read all at the same moment."""

KEPT_BACK: Final = timedelta(days=31)
TOLD_AFTER: Final = timedelta(days=1)
SECONDS_FOR_ALL: Final = 30.0
A_DAY: Final = timedelta(days=1)


async def sources_of(agent_id: UUID) -> list[BusySource]:
    """List the calendars elsewhere that an agent has read, the oldest first."""
    async with tenant_transaction() as tx:
        return await queries.of_agent(tx, agent_id)


async def add_source(agent_id: UUID, draft: BusyDraft, actor: Actor) -> UUID:
    """Have a calendar elsewhere read from now on.

    Raises:
        InvalidInput: A field cannot be used.
        TooManySources: There are five already.
    """
    async with tenant_transaction() as tx:
        await accesses.lock_owner(tx, Owner("agent", agent_id))
        known = await queries.of_agent(tx, agent_id)
        clean = checked_source(draft, {one.name.casefold() for one in known})
        if not outgoing.is_acceptable(clean.address):
            raise InvalidInput({"address": said("refused")})
        if len(known) >= MOST_SOURCES:
            raise TooManySources(most=MOST_SOURCES)
        new = NewSource(
            agent_id=agent_id,
            name=clean.name,
            address=seal(clean.address),
            host=urlsplit(clean.address).hostname or "",
        )
        made = await queries.add(tx, new, clock.now())
        await record(tx, actor, "busy_source.added", "busy_source", made)
        await _wake(tx, f"added:{made}")
    return made


async def read_now(agent_id: UUID, source_id: UUID) -> None:
    """Have an agent's calendar read without waiting.

    Raises:
        NotFound: The agent has no such calendar.
    """
    async with tenant_transaction() as tx:
        await _own(tx, agent_id, source_id)
        now = clock.now()
        await queries.put_off(tx, source_id, now)
        await _wake(tx, f"asked:{source_id}:{int(now.timestamp())}")


async def remove_source(agent_id: UUID, source_id: UUID, actor: Actor) -> BusySource:
    """Read a calendar no more, and take back the absences that it made.

    Raises:
        NotFound: The agent has no such calendar.
    """
    async with tenant_transaction() as tx:
        await locks.plan_alone(tx)
        await locks.hold_bookings_up(tx)
        source = await _own(tx, agent_id, source_id)
        await _take_away(tx, source)
        await record(tx, actor, "busy_source.removed", "busy_source", source_id)
    return source


async def _own(tx: Transaction, agent_id: UUID, source_id: UUID) -> BusySource:
    found = [one for one in await queries.of_agent(tx, agent_id) if one.id == source_id]
    if not found:
        raise NotFound
    return found[0]


async def _take_away(tx: Transaction, source: BusySource) -> None:
    read_from = ReadFrom(id=source.id, resource_id=source.agent_id, name=source.name)
    await queries.stands(tx, source.id)
    await importing.follow(tx, read_from, (), clock.now())
    await queries.delete(tx, source.id)


async def forget_sources_in(tx: Transaction, agent_id: UUID) -> None:
    """Read no calendar of an agent any more, in a transaction that has the planning alone."""
    for source in await queries.of_agent(tx, agent_id):
        await _take_away(tx, source)


async def busy_times(agent_id: UUID, starts_from: datetime, before: datetime) -> list[BusyTime]:
    """List an agent's busy times that touch a period (UTC), by start; no titles are kept."""
    async with tenant_transaction() as tx:
        return await queries.busy_times(tx, agent_id, starts_from, before)


async def conflicts(agent_id: UUID) -> list[Touched]:
    """List the agent's appointments to come that fall on a busy time; they are kept as they are."""
    async with tenant_transaction() as tx:
        now = clock.now()
        found = await imported.falling_on(tx, agent_id, now)
        booked = await impact.booked(tx, now, found)
    return [
        Touched(**{name: getattr(one, name) for name in Touched.__struct_fields__})
        for one in booked
    ]


async def refresh_due(row_id: UUID) -> int:
    """Read the calendars that are due, and plan the next time; tells how many were read.

    One after the other, for half a minute at most: what is left is due still.
    """
    started, done = clock.now(), 0
    while (clock.now() - started).total_seconds() < SECONDS_FOR_ALL:
        async with tenant_transaction() as tx:
            source = await queries.take_due(tx, started, clock.now() + BETWEEN)
        if source is None:
            break
        await refresh(source)
        done += 1
    async with tenant_transaction() as tx:
        await _plan(tx, row_id)
    return done


async def refresh(source: Due) -> None:
    """Read one calendar; no transaction is open while the other server answers."""
    now = clock.now()
    today = now.astimezone(_zone()).date()
    whole = source.read_on != today
    fetched = await _fetched(source, whole=whole)
    found = await _found(fetched, source, now)
    async with tenant_transaction() as tx:
        if found is None:
            await queries.nothing_new(tx, source.id, now)
        elif found.failure:
            await _note_failure(tx, source, found.failure, now)
        else:
            await _take_over(tx, source, found, fetched, today)
        await queries.put_off(tx, source.id, now + BETWEEN + _share(source.id))


async def _fetched(source: Due, *, whole: bool) -> Fetched:
    try:
        address = unseal(source.address)
    except SealBrokenError:
        # The key has changed: whoever typed the address is told, and the others are read on.
        return Fetched(failure="sealed")
    if whole:
        return await fetch(address, "", "")
    return await fetch(address, source.etag, source.last_modified)


async def _found(fetched: Fetched, source: Due, now: datetime) -> Found | None:
    if fetched.failure:
        return Found(failure=fetched.failure)
    if fetched.content is None:
        return None
    start, end = _bounds(now)
    asked = Question(
        starts_at=start,
        ends_at=end,
        zone=current_tenant.get().time_zone,
        own_uids=f"@{current_tenant.get().slug}",
        email=source.email,
    )
    return await read_apart(fetched.content, asked)


def _bounds(now: datetime) -> tuple[datetime, datetime]:
    """Give the whole days that are read: what lasts over a bound is cut there, once a day."""
    today = now.astimezone(_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - KEPT_BACK, today + HORIZON


async def _take_over(
    tx: Transaction, source: Due, found: Found, fetched: Fetched, today: date
) -> None:
    await locks.plan_alone(tx)
    await locks.hold_bookings_up(tx)
    if not await queries.stands(tx, source.id):
        return
    meant = [Span(*times) for times in found.times]
    read_from = ReadFrom(id=source.id, resource_id=source.agent_id, name=source.name)
    await importing.follow(tx, read_from, meant, clock.now())
    answer = Answered(etag=fetched.etag, last_modified=fetched.last_modified, events=len(meant))
    await queries.read_well(tx, source.id, answer, today, clock.now())


async def _note_failure(tx: Transaction, source: Due, code: str, now: datetime) -> None:
    # What was read last stays: an absence too many is better than two people at one time.
    await queries.failed(tx, source.id, code, now)
    if await queries.tell_once(tx, source.id, now - TOLD_AFTER, now):
        key = f"{FAILING_MAIL}:{source.id}:{now.isoformat()}"
        await write_to(tx, source.agent_id, FAILING_MAIL, {"source_id": source.id}, key=key)


def _share(source_id: UUID) -> timedelta:
    return timedelta(minutes=source_id.int % SPREAD_MINUTES)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_tenant.get().time_zone)


async def _wake(tx: Transaction, why: str) -> None:
    await outbox.put(tx, REFRESH, {}, key=f"{REFRESH}:{why}", lane="slow")


async def _plan(tx: Transaction, row_id: UUID) -> None:
    """Plan the next reading, at a five minutes' mark: the rows of all who plan it are one."""
    due_at = await queries.next_due(tx)
    if due_at is None:
        return
    now = clock.now()
    if due_at <= now:
        key, due_at = f"{REFRESH}:after:{row_id}", now + timedelta(seconds=5)
    else:
        mark = -(-due_at.timestamp() // GRID_SECONDS) * GRID_SECONDS
        due_at = datetime.fromtimestamp(mark, UTC)
        key = f"{REFRESH}:at:{due_at.isoformat()}"
    await outbox.put(tx, REFRESH, {}, key=key, due_at=due_at, lane="slow")


async def keep_reading(tenant_id: UUID) -> bool:
    """Take the reading up again where nobody plans it any more; tells whether that was needed."""
    async with tenant_transaction(tenant_id) as tx:
        due_at, now = await queries.next_due(tx), clock.now()
        if due_at is None or due_at > now - BETWEEN:
            return False
        await _wake(tx, f"again:{now.date()}:{now.hour}")
    return True

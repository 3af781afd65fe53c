"""Searching for free time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.availability import queries, rules
from creneau.availability.answers import BYTES_OF_A_SLOT, asked_by_many, question_of
from creneau.availability.errors import RangeRefused
from creneau.availability.gaps.queries import Looked, Wanted, first_of_each_place
from creneau.availability.limits import NOBODY, limited, within
from creneau.availability.queries import FreeTime, SessionSlot
from creneau.availability.rules import Grid, Start, StartJoined
from creneau.availability.schemas import SOMEBODY, Asking, Slot, SlotQuery
from creneau.contributions import Limited
from creneau.database import Transaction, tenant_transaction
from creneau.motives import queries as motive_queries
from creneau.motives.schemas import Motive
from creneau.refusals import NotFound

SECOND = timedelta(seconds=1)
LONGEST_SEARCH = timedelta(days=62)
STEPS_OF_NEXT = tuple(timedelta(days=days) for days in (7, 14, 28, 56, 112, 224))
LOOKS = tuple(timedelta(days=days) for days in (2, 7, 21, 63, 189, 800))


async def find_slots(query: SlotQuery) -> list[Slot]:
    """Find what can be booked for a motive (C-20), sorted by start and place.

    Two statements, whatever is asked; none for who asks while others do. Times are UTC.

    Raises:
        NotFound: no such motive.
        RangeRefused: the range is inverted or longer than 62 days.
    """
    check_range(query)

    async def search() -> list[Slot]:
        async with tenant_transaction() as tx:
            motive = await open_motive(tx, query.motive_id)
            return await slots_of(tx, motive, query, clock_now())

    question = question_of("slots", query)
    return [*await asked_by_many(question, search, bytes_each=BYTES_OF_A_SLOT)]


async def limited_for(motive: Motive, asking: Asking) -> Limited:
    """Say whose time a motive offers to who asks, and what stands above it.

    Raises:
        PersonFirst, StepFirst, NothingOffered: by a plugin's limit.
    """
    async with tenant_transaction() as tx:
        return await limited(tx, motive, asking)


def check_range(query: SlotQuery) -> None:
    """Raise `RangeRefused` if the range is inverted or longer than 62 days."""
    if not timedelta() < query.starts_before - query.starts_from <= LONGEST_SEARCH:
        raise RangeRefused(days=LONGEST_SEARCH.days)


async def next_available(
    motive_id: UUID,
    place_ids: Sequence[UUID],
    *,
    starts_from: datetime | None = None,
    asking: Asking = SOMEBODY,
) -> dict[UUID, Slot]:
    """Find the first slot of each place, up to the motive's maximum notice (C-21).

    Places without one are absent. Each place is looked at where it may have room, for two days
    first and then ever longer: at most eight statements, however many places. Times are UTC.

    Raises:
        NotFound: no such motive.
        PersonFirst, StepFirst, NothingOffered: by a plugin's limit, for who asks.
    """
    question = ("next", motive_id, tuple(place_ids), starts_from, asking.key)
    found = await asked_by_many(
        question,
        lambda: _next_available(motive_id, place_ids, starts_from, asking),
        bytes_each=BYTES_OF_A_SLOT,
    )
    return dict(found)


async def _next_available(
    motive_id: UUID, place_ids: Sequence[UUID], starts_from: datetime | None, asking: Asking
) -> dict[UUID, Slot]:
    now = clock_now()
    async with tenant_transaction() as tx:
        motive = await open_motive(tx, motive_id)
        earliest, latest = booking_bounds(motive, now)
        start = max(earliest, starts_from or earliest)
        whose = (await limited(tx, motive, asking)).resource_ids
        if motive.capacity != 1 or motive.requires or whose is not None:
            return await _first_together(tx, motive, place_ids, (start, latest), now, whose)
        return await _first_alone(tx, motive, dict.fromkeys(place_ids, start), latest, now)


async def _first_alone(
    tx: Transaction, motive: Motive, left: dict[UUID, datetime], latest: datetime, now: datetime
) -> dict[UUID, Slot]:
    """Look at each place from its own moment on, until it has a slot or nothing that may be one."""
    wanted = Wanted(
        motive_id=motive.id,
        latest=latest,
        now=now,
        duration=timedelta(minutes=motive.duration_minutes),
        step=timedelta(minutes=_step_minutes(motive)),
        buffer_before=timedelta(minutes=motive.buffer_before_minutes),
        buffer_after=timedelta(minutes=motive.buffer_after_minutes),
    )
    found: dict[UUID, Slot] = {}
    for length in LOOKS:
        looked = await first_of_each_place(tx, wanted, left, length) if left else []
        found |= {one.place_id: slot for one in looked if (slot := _first(one, wanted.duration))}
        left = {
            one.place_id: one.looked_until
            for one in looked
            if one.place_id not in found and one.looked_until < latest
        }
    return found


def _first(looked: Looked, duration: timedelta) -> Slot | None:
    if looked.starts_at is None or looked.resource_id is None:
        return None
    return Slot(
        starts_at=looked.starts_at,
        ends_at=looked.starts_at + duration,
        place_id=looked.place_id,
        resource_ids=(looked.resource_id,),
    )


async def _first_together(  # noqa: PLR0913, PLR0917 - a search has these bounds
    tx: Transaction,
    motive: Motive,
    place_ids: Sequence[UUID],
    bounds: tuple[datetime, datetime],
    now: datetime,
    whose: Sequence[UUID] | None,
) -> dict[UUID, Slot]:
    """Look at a week first, then twice as far each time for the places that are left."""
    start, latest = bounds
    found: dict[UUID, Slot] = {}
    for end in _further(start, latest):
        left = [place for place in place_ids if place not in found]
        if left and start < end:
            asked = _free_time(motive, start, end, now, place_ids=left, whose=whose)
            found |= await _first_slots(tx, motive, asked, whose)
        start = end
    return found


def _further(start: datetime, latest: datetime) -> list[datetime]:
    return [min(start + step, latest) for step in STEPS_OF_NEXT] + [latest]


async def open_motive(tx: Transaction, motive_id: UUID, *, archived: bool = False) -> Motive:
    """Read a motive that is in use, or (where asked) an archived one as well.

    Raises:
        NotFound: it does not exist, or is archived.
    """
    motive = await motive_queries.find(tx, motive_id)
    if motive is None or (motive.archived_at is not None and not archived):
        raise NotFound
    return motive


def booking_bounds(motive: Motive, now: datetime) -> tuple[datetime, datetime]:
    """Give the first and the last moment at which the public's slots may start (C-05)."""
    return (
        now + timedelta(minutes=motive.minimum_notice_minutes),
        now + timedelta(minutes=motive.maximum_notice_minutes),
    )


async def slots_of(
    tx: Transaction, motive: Motive, query: SlotQuery, now: datetime, *, past: bool = False
) -> list[Slot]:
    """Find slots inside a transaction; `past` lets an agent note what has taken place.

    Raises:
        PersonFirst, StepFirst, NothingOffered: by a plugin's limit, for who asks.
    """
    query = await within(tx, motive, query)
    asked = _asked(motive, query, now, past=past)
    if asked is None:
        return []
    if motive.capacity == 1:
        return _individual(
            motive, await _starts(tx, motive, asked, await _wished(tx, motive, query))
        )
    return [_of_session(session) for session in await queries.sessions(tx, asked) if _open(session)]


async def free_starts(
    tx: Transaction, motive: Motive, query: SlotQuery, now: datetime, joint: str
) -> list[StartJoined]:
    """Find the starts of a motive of capacity 1 as plain numbers, with who is free (C-20).

    In order of time and place; `joint` holds together the ids of who is free.

    Raises:
        PersonFirst, StepFirst, NothingOffered: by a plugin's limit, for who asks.
    """
    query = await within(tx, motive, query)
    asked = _asked(motive, query, now)
    if asked is None:
        return []
    if motive.requires:
        starts = await _together(tx, motive, asked, await _wished(tx, motive, query))
        return [StartJoined(at, place, joint.join(map(str, who))) for at, place, who in starts]
    return sorted(await queries.free_starts_joined(tx, asked, joint), key=rules.IN_ORDER)


def _asked(
    motive: Motive, query: SlotQuery, now: datetime, *, past: bool = False
) -> FreeTime | None:
    earliest, latest = (
        (now, query.starts_before) if query.for_agents else booking_bounds(motive, now)
    )
    starts = query.starts_from if past else max(query.starts_from, earliest)
    before = min(query.starts_before, latest + timedelta(seconds=1))
    return _free_time(motive, starts, before, now, query=query) if starts < before else None


def _free_time(  # noqa: PLR0913 - a search has these bounds
    motive: Motive,
    starts: datetime,
    before: datetime,
    now: datetime,
    *,
    query: SlotQuery | None = None,
    place_ids: Sequence[UUID] = (),
    whose: Sequence[UUID] | None = None,
) -> FreeTime:
    resource_ids = query.resource_ids if query else whose or ()
    return FreeTime(
        motive_id=motive.id,
        starts_from=starts,
        starts_before=before,
        now=now,
        duration=timedelta(minutes=motive.duration_minutes),
        step=timedelta(minutes=_step_minutes(motive)),
        buffer_before=timedelta(minutes=motive.buffer_before_minutes),
        buffer_after=timedelta(minutes=motive.buffer_after_minutes),
        place_ids=query.place_ids if query else place_ids,
        # With several resources at once, others than those asked for must be seen too.
        resource_ids=() if motive.requires else resource_ids,
        service_ids=query.service_ids if query and not motive.requires else (),
        ignoring=query.ignoring if query else None,
    )


def _step_minutes(motive: Motive) -> int:
    return motive.step_minutes or motive.duration_minutes


async def _starts(
    tx: Transaction, motive: Motive, asked: FreeTime, wished: Sequence[UUID] = ()
) -> list[Start]:
    if motive.requires:
        return await _together(tx, motive, asked, wished)
    return sorted(await queries.free_starts(tx, asked), key=rules.IN_ORDER)


async def _together(
    tx: Transaction, motive: Motive, asked: FreeTime, wished: Sequence[UUID]
) -> list[Start]:
    windows = await queries.free_windows(tx, asked)
    starts = rules.cut_together(windows, _grid(asked), motive.requires)
    return [start for start in starts if not wished or set(wished) & set(start.resource_ids)]


def _grid(asked: FreeTime) -> Grid:
    return Grid(
        duration=asked.duration // SECOND,
        step=asked.step // SECOND,
        earliest=-int(-asked.starts_from.timestamp() // 1),
        before=-int(-asked.starts_before.timestamp() // 1),
    )


async def _wished(tx: Transaction, motive: Motive, query: SlotQuery) -> Sequence[UUID]:
    """Name those of whom one must take part, where others take part as well (C-25)."""
    if not motive.requires or not query.service_ids:
        return query.resource_ids
    agents = await queries.agents_of(tx, query.service_ids)
    both = set(agents) & set(query.resource_ids) if query.resource_ids else set(agents)
    # Nobody of that service was asked for: nobody's time fits.
    return sorted(both) or [NOBODY]


def _individual(motive: Motive, starts: Sequence[Start]) -> list[Slot]:
    length = timedelta(minutes=motive.duration_minutes)
    return [
        Slot(
            starts_at=(at := datetime.fromtimestamp(start.at, UTC)),
            ends_at=at + length,
            place_id=start.place_id,
            resource_ids=tuple(start.resource_ids),
        )
        for start in starts
    ]


async def _first_slots(
    tx: Transaction, motive: Motive, asked: FreeTime, whose: Sequence[UUID] | None
) -> dict[UUID, Slot]:
    if motive.capacity != 1:
        offered = [
            _of_session(found) for found in await queries.sessions(tx, asked) if _open(found)
        ]
        return {slot.place_id: slot for slot in reversed(offered)}
    together = _individual(motive, await _starts(tx, motive, asked, whose or ()))
    return {slot.place_id: slot for slot in reversed(together)}


def _open(session: SessionSlot) -> bool:
    return session.capacity is None or session.taken < session.capacity


def _of_session(session: SessionSlot) -> Slot:
    return Slot(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place_id=session.place_id,
        resource_ids=tuple(session.resource_ids),
        seats_left=None if session.capacity is None else session.capacity - session.taken,
        appointment_id=session.appointment_id,
    )

"""Giving the feed: lines are written once and kept; what can be booked is read each time (D-09)."""

import asyncio
import gzip
import hashlib
from collections.abc import Hashable, Mapping, Sequence
from operator import itemgetter
from typing import Final
from uuid import UUID

import asyncpg
from creneau import clock
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.offering import queries as offering
from creneau.offering.schemas import Ways

from creneau_digital_aid.feed import queries, rules
from creneau_digital_aid.feed.schemas import Feed, Form, Line
from creneau_digital_aid.places.keeping import Keeping
from creneau_digital_aid.places.service import Version, version

FORMS: Final[Sequence[Form]] = ("json", "csv")
BYTES_OF_WAYS: Final = 150
AT_ONCE: Final = 500
_FEEDS: Final = Keeping[Feed](lambda feed: len(feed.plain))
_PACKED: Final = Keeping[bytes](len)
# With the feed's own twenty seconds and the reader's thirty: within a minute (D-09).
_WAYS: Final = Keeping[Mapping[UUID, Ways]](lambda ways: BYTES_OF_WAYS * len(ways), lifetime=8.0)

_KEPT_UP: Final[dict[UUID, Hashable]] = {}
"""What places were like when all their lines were last known to hold, by tenant."""


async def feed(form: Form) -> Feed:
    """Give every place as the national schema has it; those that lack what it needs are left out."""
    now = await version()

    async def compute() -> Feed:
        return await _feed(form, now)

    return await _FEEDS.answer((current_tenant.get().id, form), now.whole, compute)


async def packed(form: Form, found: Feed) -> bytes:
    """Give the same compressed."""

    async def compute() -> bytes:
        return await asyncio.to_thread(gzip.compress, found.plain, compresslevel=1, mtime=0)

    return await _PACKED.answer((current_tenant.get().id, form), found.mark, compute)


async def keep_up() -> None:
    """Write whatever line is missing or says what was before, so that nobody waits for it."""
    tenant, now = current_tenant.get().id, (await version()).places
    if _KEPT_UP.get(tenant) == now:
        return
    for form in FORMS:
        await _write_old(form)
    _KEPT_UP[tenant] = now


async def _write_old(form: Form) -> None:
    async with tenant_transaction() as tx:
        old = await queries.old(tx, form, rules.WRITING)
    for start in range(0, len(old), AT_ONCE):
        await _write(form, old[start : start + AT_ONCE])


async def _feed(form: Form, now: Version) -> Feed:
    # Others' question as well, which the database answers while it reads the lines.
    _WAYS.begin(current_tenant.get().id, now.bookable, _ways)
    lines = await _lines(form)
    ways = await _WAYS.answer(current_tenant.get().id, now.bookable, _ways)
    # Thousands of places take a while to write: others are served meanwhile.
    return await asyncio.to_thread(
        _written, form, lines, ways, f"{current_tenant.get().public_url}/lieux/"
    )


async def _ways() -> Mapping[UUID, Ways]:
    """Read what can be booked: once for both forms, and not for a change of what a place is like."""
    async with tenant_transaction() as tx:
        return await offering.ways(tx, clock.now())


def _written(form: Form, lines: Sequence[Line], ways: Mapping[UUID, Ways], booking_at: str) -> Feed:
    plain = rules.whole(form, lines, ways, booking_at)
    return Feed(plain=plain, mark=hashlib.sha256(plain).hexdigest()[:32])


async def _lines(form: Form) -> list[Line]:
    async with tenant_transaction() as tx:
        found = await queries.lines(tx, form, rules.WRITING)
    # Sorted here: the database would carry every text to disk for it.
    rows = sorted(found, key=itemgetter("id"))
    old = [row["id"] for row in rows if not row["holds"]]
    new = await _write(form, old) if old else {}
    return [line for row in rows if (line := _line(row, new)) is not None]


def _line(row: asyncpg.Record, new: Mapping[UUID, Line]) -> Line | None:
    if row["holds"]:
        return Line(place_id=row["id"], text=row["text"], ways_in=row["ways_in"])
    # One that was archived meanwhile is in no list any more.
    return new.get(row["id"])


async def _write(form: Form, place_ids: Sequence[UUID]) -> Mapping[UUID, Line]:
    async with tenant_transaction() as tx:
        places = await queries.unwritten(tx, rules.WRITING, place_ids)
    lines = await asyncio.to_thread(lambda: [rules.line(form, place) for place in places])
    async with tenant_transaction() as tx:
        made_of = (place.made_of for place in places)
        await queries.keep(tx, form, zip(lines, made_of, strict=True))
    return {line.place_id: line for line in lines}

"""Reading the history (C-66)."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

import msgspec

from creneau.database import Transaction, tenant_transaction
from creneau.history import queries
from creneau.history.queries import Asked, Entry, Told
from creneau.plugins import active

WITH_THE_LINK: Final = "link"
"""A visitor who may be the person, or whoever booked for them."""
BOOKING: Final = frozenset({"booking.held", "booking.confirmed"})
"""What is done by whoever books, also where that is for somebody else."""
Line = TypeVar("Line", Entry, Told)


async def last_change(subject_kind: str, subject_id: UUID) -> Entry | None:
    """Read the latest entry about a subject; None when nothing is kept about it."""
    async with tenant_transaction() as tx:
        return await queries.last_of_subject(tx, subject_kind, subject_id)


async def counted(asked: Asked) -> int:
    """Count the entries that are asked for."""
    async with tenant_transaction() as tx:
        return await queries.count(tx, asked)


async def listed(asked: Asked, most: int, skipped: int = 0) -> tuple[list[Told], dict[UUID, str]]:
    """Read a page of entries, and what the things that they are about are called today.

    Two statements, and one for each plugin that knows who books for others, however much there is.
    """
    async with tenant_transaction() as tx:
        return await _told(tx, await queries.page(tx, asked, most, skipped))


async def each(
    asked: Asked,
    sink: Callable[[Sequence[tuple[Told, Mapping[UUID, str]]]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand all that is asked for to a sink, so many entries at a time, with today's names."""
    async with tenant_transaction() as tx:

        async def named(found: Sequence[Told]) -> None:
            told, names = await _told(tx, found)
            await sink([(entry, names) for entry in told])

        await queries.each(tx, asked, named, at_once)


async def _told(tx: Transaction, found: Sequence[Told]) -> tuple[list[Told], dict[UUID, str]]:
    booked = {entry.subject_id for entry in found if _asks_who(entry)}
    who = await _who_booked(tx, booked) if booked else {}
    told = [_named(entry, who.get(entry.subject_id)) for entry in found]
    return told, await queries.names(tx, {entry.subject_id for entry in found})


async def of_booking(booking_id: UUID, appointment_id: UUID) -> list[Entry]:
    """Read what happened to a booking and to the time that it stands in, oldest first."""
    async with tenant_transaction() as tx:
        of_time = await queries.of_subject(tx, "appointment", appointment_id)
        own = await queries.of_subject(tx, "booking", booking_id)
        who = await _who_booked(tx, {booking_id})
    told = [_named(entry, who.get(booking_id)) for entry in own]
    return sorted([*of_time, *told], key=lambda entry: entry.at)


async def _who_booked(tx: Transaction, booking_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Ask the plugins who made bookings for somebody else; nothing of it is in the history itself."""
    ids: Sequence[UUID] = sorted(booking_ids)
    found: dict[UUID, str] = {}
    for group in active().booking_fields():
        found.update(await group.booked_by(tx, ids))
    return found


def _asks_who(entry: Told) -> bool:
    by_link = entry.actor_kind == "visitor" and entry.subject_kind == "booking"
    return by_link or entry.action in BOOKING


def _named(entry: Line, who: str | None) -> Line:
    """Name who booked for somebody else; both have the link by which a visitor changes it later."""
    if who is None or entry.actor_kind not in {"visitor", "person"}:
        return entry
    if entry.action in BOOKING:
        return msgspec.structs.replace(entry, actor_label=who)
    if entry.actor_kind == "visitor":
        return msgspec.structs.replace(entry, actor_kind=WITH_THE_LINK)
    return entry

"""Group sessions: listed, created, changed, called off, and who comes to them (C-24, S-13)."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.appointments import queries as bookings
from creneau.appointments.rescheduling import cancel_for_the_service, drop_holds
from creneau.appointments.schemas import (
    AgendaEntry,
    Booking,
    ConfirmRequest,
    HoldRequest,
    SessionDraft,
)
from creneau.appointments.seats.queries import seated
from creneau.appointments.service import book, create_session
from creneau.appointments.sessions import queries
from creneau.appointments.sessions.errors import AlreadyEnrolled, SessionOver
from creneau.appointments.sessions.listing import queries as listing
from creneau.appointments.sessions.rules import checked_draft, checked_edit, version_of
from creneau.appointments.sessions.schemas import Session, SessionEdit, Wanted
from creneau.claims import queries as claims
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import changed_fields
from creneau.refusals import ChangedMeanwhile, NotFound
from creneau.waiting.events import time_freed

OWNER = b"agent"


async def counted(wanted: Wanted) -> int:
    """Count the sessions that are asked for."""
    async with tenant_transaction() as tx:
        return await listing.count(tx, wanted, clock_now())


async def listed(wanted: Wanted, total: int, page: int, most: int) -> Sequence[Session]:
    """Read a page of what is asked for, of which there is so much; behind the last one, the last."""
    offset = (min(page, max(1, -(-total // most))) - 1) * most
    async with tenant_transaction() as tx:
        return await listing.page(tx, wanted, clock_now(), offset, most)


async def each(
    wanted: Wanted, sink: Callable[[Sequence[Session]], Awaitable[None]], at_once: int
) -> None:
    """Hand every session to a sink, so many at a time, as they all were at one moment.

    The transaction stays open as long as the sink takes: it must not wait for anybody.
    """
    async with tenant_transaction() as tx:
        await listing.each(tx, wanted, clock_now(), sink, at_once)


async def session(session_id: UUID) -> Session:
    """Read one session.

    Raises:
        NotFound: There is none.
    """
    async with tenant_transaction() as tx:
        return await _session(tx, session_id)


async def seats(session_id: UUID) -> list[AgendaEntry]:
    """List who comes to a session and who was to come, by last name."""
    async with tenant_transaction() as tx:
        return await seated(tx, session_id)


async def create(draft: SessionDraft, actor: Actor) -> UUID:
    """Create a session.

    Raises:
        InvalidInput: A field cannot be used.
        SlotTaken: Somebody who leads it is not free then; nothing is taken.
        NotFound: There is no such motive.
    """
    return await create_session(checked_draft(draft), actor)


async def change(session_id: UUID, edit: SessionEdit, actor: Actor) -> list[str]:
    """Change a session's title and seats, and name what changed.

    Raises:
        InvalidInput: A field cannot be used, or more seats are taken.
        ChangedMeanwhile: Somebody else saved since.
        SessionOver: It took place, or was cancelled.
        NotFound: There is none.
    """
    async with tenant_transaction() as tx:
        before = await _running(tx, session_id)
        clean = checked_edit(edit, before.taken)
        if not await queries.update(tx, session_id, clean):
            raise ChangedMeanwhile(before)
        changed = changed_fields(before, clean, ("title", "capacity"))
        if changed:
            details = {"changed": changed}
            await history.record(tx, actor, "session.changed", "appointment", session_id, details)
        await time_freed(tx, before.starts_at, before.ends_at)
    return list(changed)


async def call_off(session_id: UUID, actor: Actor, *, seen: str | None = None) -> int:
    """Cancel a session with its bookings, tell everybody, and count them.

    `seen` is the version (`version_of`) that was shown before; None: whatever it is.

    Raises:
        ChangedMeanwhile: It is another since, or other people have a seat.
        SessionOver: It took place, or was cancelled before.
        NotFound: There is none.
    """
    async with tenant_transaction() as tx:
        found = await _running(tx, session_id)
        if seen is not None and version_of(found) != seen:
            raise ChangedMeanwhile(found)
        active = await queries.active_bookings(tx, session_id)
        told = [booking_id for booking_id, state in active if state != "held"]
        await drop_holds(tx, [booking_id for booking_id, state in active if state == "held"])
        await cancel_for_the_service(tx, told, actor)
        if not told:
            await claims.free_time(tx, session_id)
            await bookings.set_appointment_state(tx, session_id, "cancelled")
            await time_freed(tx, found.starts_at, found.ends_at)
        await history.record(tx, actor, "session.cancelled", "appointment", session_id)
    return len(told)


async def enrol(session_id: UUID, who: ConfirmRequest, actor: Actor) -> Booking:
    """Give a person a seat, as an agent does: notices do not bind.

    Raises:
        AlreadyEnrolled: They have one.
        SlotTaken: It is full.
        SessionOver: It was cancelled.
        Refusal: A rule of the core or of a plugin turns it down.
    """
    async with tenant_transaction() as tx:
        found = await _session(tx, session_id)
        if found.state != "scheduled":
            raise SessionOver
        if who.person_id and await queries.is_enrolled(tx, session_id, who.person_id):
            raise AlreadyEnrolled
    wanted = HoldRequest(
        motive_id=found.motive_id,
        starts_at=found.starts_at,
        place_id=found.place_id,
        appointment_id=session_id,
        owner=OWNER,
        source="agent",
    )
    return await book(wanted, who, actor)


async def _session(tx: Transaction, session_id: UUID) -> Session:
    found = await queries.find(tx, session_id)
    if found is None:
        raise NotFound
    return found


async def _running(tx: Transaction, session_id: UUID) -> Session:
    """Lock a session that is still to come or goes on."""
    await claims.lock_appointments(tx, [session_id])
    found = await _session(tx, session_id)
    if found.state != "scheduled" or found.ends_at <= clock_now():
        raise SessionOver
    return found

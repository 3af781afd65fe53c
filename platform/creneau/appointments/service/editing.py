"""What agents change of an appointment besides its time: its motive, their notes; and deleting it.

Locks are taken in one order: the planning (shared), the appointment, the resources by id.
"""

from typing import Final
from uuid import UUID, uuid4

from creneau_infra.clock import now as clock_now
from creneau_infra.outbox.service import put

from creneau.appointments import queries
from creneau.appointments.errors import NotActive
from creneau.appointments.notes import queries as notes
from creneau.appointments.queries import NewAppointment
from creneau.appointments.rules import (
    OPEN,
    TAKES_TIME,
    checked_notes,
    edited_version,
    version_of,
)
from creneau.appointments.schemas import Booking, EditRequest, PlacingRequest, State
from creneau.appointments.service.setting import take_or_force
from creneau.appointments.steps import attempt, judge, locked, read, refuse_another, tell
from creneau.availability.service import open_motive
from creneau.claims import queries as claims
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive
from creneau.planning.queries.locks import book_beside_others
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound
from creneau.waiting.events import time_freed

GONE: Final = frozenset({"held", "expired"})


async def edit(booking_id: UUID, request: EditRequest, actor: Actor) -> Booking:
    """Change an appointment's motive and an agent's notes about it; its time and length stay (C-64).

    Nobody is written to: the agent tells whoever should know.

    Raises:
        ChangedMeanwhile: somebody else saved either since it was `seen`.
        Overlaps: the time that the new motive keeps free before or after is another's.
        InvalidInput: the motive is not one for it, or the notes are too long.
        NotAllowed: whoever asks is no agent.
        NotFound: no such booking.
    """
    if actor.kind != "agent":
        raise NotAllowed
    clean = checked_notes(request.notes)
    async with tenant_transaction() as tx:
        await book_beside_others(tx)
        booking = await _standing(tx, booking_id)
        before = await notes.of_appointment(tx, booking.appointment_id)
        if edited_version(booking, before) != request.seen:
            raise ChangedMeanwhile(booking)
        changed: list[str] = []
        if request.motive_id != booking.motive_id:
            await _change_motive(tx, booking, request.motive_id, actor)
            changed += ["motive"]
        if clean != before:
            await notes.keep(tx, booking.appointment_id, clean)
            changed += ["notes"]
        if changed:
            details = {"changed": changed}
            await record(tx, actor, "booking.edited", "booking", booking_id, details)
        return await read(tx, booking_id)


async def _standing(tx: Transaction, booking_id: UUID) -> Booking:
    booking = await locked(tx, booking_id)
    if booking.state in GONE:
        raise NotFound
    return booking


async def _change_motive(tx: Transaction, booking: Booking, motive_id: UUID, actor: Actor) -> None:
    before = await open_motive(tx, booking.motive_id, archived=True)
    motive = await _fitting(tx, booking, before, motive_id)
    if booking.state in TAKES_TIME:
        await _take_anew(tx, booking, before, motive, actor)
    await notes.set_motive(tx, booking.appointment_id, motive.id)
    changed = await read(tx, booking.id)
    if booking.state in OPEN:
        await judge(tx, attempt("move", motive, changed, changed.person_id))
    payload = {"booking_id": booking.id, "sequence": changed.sequence, "agent_id": actor.id}
    await put(tx, "booking.edited", payload, key=f"booking.edited:{booking.id}:{uuid4()}")


async def _fitting(tx: Transaction, booking: Booking, before: Motive, motive_id: UUID) -> Motive:
    try:
        motive = await open_motive(tx, motive_id)
    except NotFound as error:
        raise _no_motive() from error
    fits = motive.organisation_id == before.organisation_id and motive.capacity == 1
    if booking.group_session or not fits:
        raise _no_motive()
    return motive


def _no_motive() -> InvalidInput:
    return InvalidInput({"motive": _("Choisissez un motif de la liste.")})


async def _take_anew(
    tx: Transaction, booking: Booking, before: Motive, motive: Motive, actor: Actor
) -> None:
    """Take the time with what the new motive keeps free around it, where that differs."""
    if _around(before) == _around(motive):
        return
    new = NewAppointment(
        motive_id=motive.id,
        place_id=booking.place_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )
    wish = PlacingRequest(
        starts_at=booking.starts_at,
        duration_minutes=int((booking.ends_at - booking.starts_at).total_seconds() // 60),
        place_id=booking.place_id,
        resource_ids=booking.resource_ids,
        seen=version_of(booking),
    )
    await claims.lock_resources(tx, sorted(booking.resource_ids))
    await claims.leave_time(tx, booking.appointment_id)
    await take_or_force(tx, motive, new, booking.appointment_id, wish, actor)
    await time_freed(tx, booking.starts_at, booking.ends_at)


def _around(motive: Motive) -> tuple[int, int]:
    return motive.buffer_before_minutes, motive.buffer_after_minutes


async def delete(
    booking_id: UUID, actor: Actor, *, notify: bool, seen: str | None = None
) -> Booking:
    """Take an appointment off every agenda, list and count; gives it as it was (C-64).

    It stays in the history and in the person's own data. The person is written to where `notify`
    says so; the other agents always are. `seen` as for `cancel`.

    Raises:
        ChangedMeanwhile: somebody else changed it since it was `seen`.
        NotAllowed: whoever asks is no agent.
        NotFound: no such booking.
    """
    if actor.kind != "agent":
        raise NotAllowed
    async with tenant_transaction() as tx:
        booking = await _standing(tx, booking_id)
        await refuse_another(tx, booking, seen)
        await _free(tx, booking, "expired", "expired")
        details = {"from": booking.state, "notified": notify}
        await record(tx, actor, "booking.deleted", "booking", booking_id, details)
        if booking.state in OPEN:
            gone = await read(tx, booking_id)
            payload = {
                "booking_id": booking_id,
                "sequence": gone.sequence,
                "agent_id": actor.id,
                "quiet": not notify,
            }
            key = f"booking.deleted:{booking_id}:{uuid4()}"
            await put(tx, "booking.cancelled", payload, key=key)
    return booking


async def reschedule(
    booking_id: UUID, actor: Actor, *, notify: bool, seen: str | None = None
) -> Booking:
    """Mark an appointment to be set anew, and free its time or seat at once (C-65).

    `seen` as for `cancel`.

    Raises:
        ChangedMeanwhile: somebody else changed it since it was `seen`.
        NotActive: it does not stand any more.
        NotFound: no such booking.
    """
    async with tenant_transaction() as tx:
        booking = await _standing(tx, booking_id)
        await refuse_another(tx, booking, seen)
        if booking.state not in {"planned", "waiting"}:
            raise NotActive
        await _free(tx, booking, "to_reschedule", "cancelled")
        details = {"from": booking.state, "to": "to_reschedule"}
        return await tell(tx, booking_id, "booking.to_reschedule", actor, details, quiet=not notify)


async def _free(tx: Transaction, booking: Booking, state: State, appointment_state: str) -> None:
    await queries.set_booking_state(tx, booking.id, state, clock_now())
    if not booking.group_session:
        await claims.free_time(tx, booking.appointment_id)
        await queries.set_appointment_state(tx, booking.appointment_id, appointment_state)
    await time_freed(tx, booking.starts_at, booking.ends_at)

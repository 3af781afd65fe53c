"""The steps that the use cases share; each works inside the caller's transaction."""

from collections.abc import Collection, Mapping
from uuid import UUID, uuid4

from creneau_infra.clock import now as clock_now
from creneau_infra.outbox.service import put

from creneau.appointments import queries
from creneau.appointments.errors import HoldExpired
from creneau.appointments.holds import queries as holds
from creneau.appointments.notes import queries as notes
from creneau.appointments.rules import version_of
from creneau.appointments.schemas import Booking, ConfirmRequest
from creneau.claims import queries as claims
from creneau.context import Actor
from creneau.contributions import BookingAttempt, Stage
from creneau.database import Transaction
from creneau.history.queries import record
from creneau.motives.schemas import Motive
from creneau.plugins import active
from creneau.refusals import ChangedMeanwhile, NotFound


async def read(tx: Transaction, booking_id: UUID) -> Booking:
    """Read a booking; raises `NotFound`."""
    booking = await queries.find(tx, booking_id)
    if booking is None:
        raise NotFound
    return booking


async def owned(tx: Transaction, booking_id: UUID, owner: bytes, *, lock: bool = False) -> Booking:
    """Read a hold, or what its owner made of it; raises `NotFound` or `HoldExpired`."""
    found = holds.find_locked if lock else queries.find
    booking = await found(tx, booking_id)
    if booking is None or not owner or booking.held_by != owner:
        raise NotFound
    over = booking.held_until is not None and booking.held_until <= clock_now()
    if booking.state == "expired" or (booking.state == "held" and over):
        raise expired(booking)
    return booking


def expired(booking: Booking) -> HoldExpired:
    """Name the way back to where the slot was chosen."""
    return HoldExpired(motive_id=booking.motive_id, place_id=booking.place_id)


async def locked(tx: Transaction, booking_id: UUID, also: UUID | None = None) -> Booking:
    """Lock a booking's appointment (and a session that it may move to), then read it."""
    await claims.lock_booked(tx, booking_id, [also] if also else [])
    return await read(tx, booking_id)


async def refuse_another(tx: Transaction, booking: Booking, seen: str | None) -> None:
    """Refuse to end a locked appointment that is not as it was shown, with what agents noted.

    Raises:
        ChangedMeanwhile: somebody else changed it since it was `seen`; None: whatever it is.
    """
    if seen is None:
        return
    noted = await notes.of_appointment(tx, booking.appointment_id)
    if version_of(booking, noted) != seen:
        raise ChangedMeanwhile(booking)


async def tell(  # noqa: PLR0913 - what is told, of whom and by whom
    tx: Transaction,
    booking_id: UUID,
    what: str,
    actor: Actor,
    details: Mapping[str, object] | None = None,
    *,
    left: Collection[UUID] = (),
    quiet: bool = False,
) -> Booking:
    """Read a booking as it has become, and tell of it; `left` had it before, and may have it still.

    `quiet`: the person is not written to; whoever else listens is told.
    """
    booking = await read(tx, booking_id)
    await tell_of(tx, booking, what, actor, details, left=left, quiet=quiet)
    return booking


async def tell_of(  # noqa: PLR0913 - what is told, of whom and by whom
    tx: Transaction,
    booking: Booking,
    what: str,
    actor: Actor,
    details: Mapping[str, object] | None = None,
    *,
    left: Collection[UUID] = (),
    quiet: bool = False,
) -> None:
    """Write history and outbox in the transaction of what they tell (C-66, C-84)."""
    await record(tx, actor, what, "booking", booking.id, details)
    payload = {
        "booking_id": booking.id,
        "sequence": booking.sequence,
        "agent_id": actor.id if actor.kind == "agent" else None,
        "left": sorted(set(left) - set(booking.resource_ids)),
        "quiet": quiet,
    }
    # Sessions count for themselves: two changes of seats may have one `sequence`, and are two.
    await put(tx, what, payload, key=f"{what}:{booking.id}:{booking.sequence}:{uuid4()}")


def attempt(
    stage: Stage,
    motive: Motive,
    booking: Booking,
    person_id: UUID | None = None,
    request: ConfirmRequest | None = None,
) -> BookingAttempt:
    """Say what the rules judge."""
    return BookingAttempt(
        stage=stage,
        motive=motive,
        place_id=booking.place_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        booking_id=booking.id,
        resource_ids=booking.resource_ids,
        person_id=person_id,
        source=booking.source,
        instructions_accepted=request.instructions_accepted if request else False,
        values=request.values if request else {},
    )


async def judge(tx: Transaction, asked: BookingAttempt) -> None:
    """Ask every rule of the core and of the tenant's plugins; the first refusal is raised."""
    for rule in active().booking_rules():
        await rule.check(tx, asked)

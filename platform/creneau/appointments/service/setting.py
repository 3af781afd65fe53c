"""Appointments that agents set themselves (C-06, C-62), and the overlaps that they force (C-27)."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau_infra.clock import now as clock_now

from creneau.appointments import queries
from creneau.appointments.errors import Overlaps, SlotTaken
from creneau.appointments.queries import NewAppointment, NewBooking
from creneau.appointments.schemas import (
    Booking,
    ConfirmRequest,
    PlacingRequest,
    SettingRequest,
)
from creneau.appointments.service.holding import HOLD, confirm_in, person_of
from creneau.availability.queries import zone_of_place
from creneau.availability.service import open_motive
from creneau.claims import queries as claims
from creneau.claims.claiming import take_all
from creneau.claims.queries import Conflict, TimeClaim
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.i18n import gettext as _
from creneau.i18n import time as clock_time
from creneau.idempotency.queries import answered, keep
from creneau.idempotency.schemas import Once
from creneau.motives.schemas import Motive
from creneau.refusals import InvalidInput, NotAllowed, NotFound

LONGEST = 24 * 60
OWNER = b"agent"


async def set_appointment(
    request: SettingRequest, actor: Actor, once: Once | None = None
) -> Booking:
    """Set an appointment at any time, whatever the openings; only an agent can.

    Raises:
        Overlaps: it overlaps others and no reason is given; nothing is taken then.
        SlotTaken: somebody took the time at this very moment.
        InvalidInput: no resource, or a duration that cannot be.
        NotAllowed: whoever asks is no agent.
        NotFound: no such motive or place.
    """
    if actor.kind != "agent":
        raise NotAllowed
    check_wish(request.resource_ids, request.duration_minutes)
    async with tenant_transaction() as tx:
        kept = await answered(tx, once)
        if kept is not None:
            return msgspec.convert(kept, Booking)
        motive = await open_motive(tx, request.motive_id)
        confirmation = ConfirmRequest(
            person_id=request.person_id,
            identity=request.identity,
            notes=request.notes,
            confidential=request.confidential,
        )
        person_id = await person_of(tx, confirmation, actor)
        appointment_id = await _take(tx, motive, request, actor)
        booking = await _seat(tx, appointment_id)
        booking = await confirm_in(tx, motive, booking, person_id, confirmation, actor)
        await keep(tx, once, booking)
    return booking


def check_wish(resource_ids: Sequence[UUID], minutes: int | None) -> None:
    """Raise `InvalidInput` where nobody takes part, or the duration cannot be."""
    wrong: dict[str, str] = {}
    if not resource_ids:
        wrong["resource_ids"] = _("Choisissez au moins une personne ou une ressource.")
    if minutes is not None and not 1 <= minutes <= LONGEST:
        wrong["duration_minutes"] = _("Indiquez une durée entre 1 minute et 24 heures.")
    if wrong:
        raise InvalidInput(wrong)


async def _take(tx: Transaction, motive: Motive, request: SettingRequest, actor: Actor) -> UUID:
    minutes = request.duration_minutes or motive.duration_minutes
    # In UTC, minutes are minutes: in local time, an hour more or less passes when clocks change.
    starts_at = request.starts_at.astimezone(UTC)
    new = NewAppointment(
        motive_id=motive.id,
        place_id=request.place_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
    )
    appointment_id = await queries.add_appointment(tx, new)
    await take_or_force(tx, motive, new, appointment_id, request, actor)
    return appointment_id


async def take_or_force(  # noqa: PLR0913, PLR0917 - what is taken, for which appointment, by whom
    tx: Transaction,
    motive: Motive,
    new: NewAppointment,
    appointment_id: UUID,
    request: SettingRequest | PlacingRequest,
    actor: Actor,
) -> None:
    """Take the time of all whom an agent's request names, over others where it says why (C-27).

    Raises:
        Overlaps: it overlaps others and no reason is given.
        SlotTaken: somebody took the time at this very moment.
        NotFound: no such place.
    """
    zone = await zone_of_place(tx, new.place_id)
    if zone is None:
        raise NotFound
    claim = TimeClaim(
        appointment_id=appointment_id,
        starts_at=new.starts_at - timedelta(minutes=motive.buffer_before_minutes),
        ends_at=new.ends_at + timedelta(minutes=motive.buffer_after_minutes),
        now=clock_now(),
    )
    await claims.lock_resources(tx, request.resource_ids)
    found = await claims.conflicts(tx, request.resource_ids, claim)
    if found and not request.force_reason.strip():
        raise Overlaps(conflicts=found, named=_named(found, ZoneInfo(zone)))
    await _claim(tx, claim, request.resource_ids, found)
    if found:
        details = {"reason": request.force_reason.strip(), "overlaps": len(found)}
        await record(tx, actor, "appointment.forced", "appointment", appointment_id, details)


async def _claim(
    tx: Transaction, claim: TimeClaim, resource_ids: Sequence[UUID], found: Sequence[Conflict]
) -> None:
    busy = {conflict.resource_id for conflict in found}
    for resource_id in sorted(busy):
        await claims.take_over(tx, claim, resource_id)
    if not await take_all(tx, claim, [one for one in resource_ids if one not in busy]):
        raise SlotTaken(nearest=())


def _named(found: Sequence[Conflict], zone: ZoneInfo) -> str:
    return ", ".join(
        _(
            "%(what)s de %(start)s à %(end)s (%(who)s)",
            what=conflict.what or _("Absence"),
            start=clock_time(conflict.starts_at.astimezone(zone)),
            end=clock_time(conflict.ends_at.astimezone(zone)),
            who=conflict.resource_label,
        )
        for conflict in found
    )


async def _seat(tx: Transaction, appointment_id: UUID) -> Booking:
    new = NewBooking(
        appointment_id=appointment_id,
        seat=1,
        held_until=clock_now() + HOLD,
        held_by=OWNER,
        source="agent",
    )
    return await queries.add_booking(tx, new)

"""Openings, holds and identities for the engine's tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.availability import service as availability
from creneau.availability.schemas import Slot, SlotQuery
from creneau.context import SYSTEM, VISITOR
from creneau.people.schemas import Identity
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft

from tests.days import began
from tests.platform.cast import Town

OWNER = b"a visitor"
JEANNE = Identity(first_name="Jeanne", last_name="Dupont", email="jeanne@exemple.fr")
AMINA = Identity(first_name="Amina", last_name="Diallo", email="amina@exemple.fr")
PARIS = ZoneInfo("Europe/Paris")


def soon(days: int = 3) -> date:
    """Name a day near enough to be bookable and far enough from any notice."""
    return (began() + timedelta(days=days)).date()


def nine(days: int = 3, minute: int = 0) -> datetime:
    """Give nine o'clock in Paris and so many minutes, so many days ahead."""
    day = soon(days)
    return datetime(day.year, day.month, day.day, 9, tzinfo=PARIS) + timedelta(minutes=minute)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Give a moment in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


async def open_for(town: Town, agent: UUID, day: date, **changes: Any) -> UUID:
    """Open 09:00 to 12:00 local for the town's motive, once unless told otherwise."""
    values: dict[str, Any] = {
        "resource_id": agent,
        "place_id": town.place,
        "motive_ids": [town.motive],
        "first_day": day,
        "start_time": time(9),
        "end_time": time(12),
        **changes,
    }
    return await planning.create_opening(OpeningDraft(**values), SYSTEM)


async def slots(town: Town, day: date, **changes: Any) -> list[Slot]:
    """Search a whole UTC day for the town's motive."""
    values: dict[str, Any] = {
        "motive_id": town.motive,
        "starts_from": at(day, 0),
        "starts_before": at(day, 0) + timedelta(days=1),
        **changes,
    }
    return await availability.find_slots(SlotQuery(**values))


def starts(found: Sequence[Slot]) -> list[datetime]:
    return [slot.starts_at for slot in found]


def wish(town: Town, starts_at: datetime, **changes: Any) -> HoldRequest:
    values: dict[str, Any] = {
        "motive_id": town.motive,
        "place_id": town.place,
        "starts_at": starts_at,
        "owner": OWNER,
        **changes,
    }
    return HoldRequest(**values)


async def hold(town: Town, starts_at: datetime, **changes: Any) -> Booking:
    return await appointments.hold(wish(town, starts_at, **changes), VISITOR)


async def book(
    town: Town, starts_at: datetime, identity: Identity = JEANNE, **changes: Any
) -> Booking:
    request = ConfirmRequest(identity=identity, email_proven=True)
    return await appointments.book(wish(town, starts_at, **changes), request, VISITOR)

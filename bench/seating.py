"""Races for seats and for several resources at once, which begin with sessions of our own."""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from statistics import quantiles
from uuid import UUID, uuid4

from creneau.appointments import service as appointments
from creneau.appointments.errors import SlotTaken
from creneau.appointments.schemas import SessionDraft
from creneau.context import SYSTEM, acting_for
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau_infra.postgres.embedded import PostgresAddress
from dataset import LargeTown, clear_away
from racing import Race
from scratch import connected


async def last_seats(
    address: PostgresAddress, town: LargeTown, rounds: int
) -> list[tuple[str, str, str]]:
    """Make sessions with one seat each: (motive, session, start)."""
    # A run that was stopped half-way leaves its sessions where ours are to be.
    await clear_away(address, town)
    async with connected(address):
        with acting_for(town.tenant):
            motive = await _workshop(town)
            return [await _session(town, motive, number) for number in range(rounds)]


async def _workshop(town: LargeTown) -> UUID:
    draft = MotiveDraft(
        organisation_id=town.organisation,
        service_id=town.service,
        name=f"Atelier {uuid4().hex[:8]}",
        audience="everyone",
        capacity=8,
    )
    return await motives.create_motive(draft, SYSTEM)


async def _session(town: LargeTown, motive: UUID, number: int) -> tuple[str, str, str]:
    starts_at = evening(number)
    session = await appointments.create_session(
        _draft(town, motive, starts_at, town.agents[:1]), SYSTEM
    )
    return str(motive), str(session), starts_at.isoformat()


def _draft(
    town: LargeTown, motive: UUID, starts_at: datetime, resources: list[UUID]
) -> SessionDraft:
    return SessionDraft(
        motive_id=motive,
        place_id=town.place,
        resource_ids=resources,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        capacity=1,
    )


def evening(number: int) -> datetime:
    """Name a time when nobody has an opening."""
    day = datetime.now(UTC).date() + timedelta(days=2 + number)
    return datetime.combine(day, clock(20), UTC)


async def two_resources(
    address: PostgresAddress, town: LargeTown, clients: int, rounds: int
) -> Race:
    """All want the same two agents at one time, half of them named in the other order."""
    winners: list[int] = []
    statuses: Counter[int] = Counter()
    times: list[float] = []
    pair = town.agents[1:3]
    async with connected(address):
        with acting_for(town.tenant):
            motive = await _workshop(town)
            for number in range(rounds):
                draft = _draft(town, motive, evening(number), pair)
                other = _draft(town, motive, evening(number), pair[::-1])
                wanted = [draft if turn % 2 else other for turn in range(clients)]
                won = await asyncio.gather(*(_create(one, times) for one in wanted))
                winners.append(sum(won))
                statuses.update(201 if one else 409 for one in won)
    cuts = quantiles(times, n=100)
    return Race(
        name="two resources (service)",
        clients=clients,
        rounds=rounds,
        winners=winners,
        statuses=dict(statuses),
        server_errors=0,
        p50_ms=round(cuts[49] * 1000, 1),
        p99_ms=round(cuts[98] * 1000, 1),
    )


async def _create(draft: SessionDraft, times: list[float]) -> bool:
    started = time.perf_counter()
    try:
        await appointments.create_session(draft, SYSTEM)
    except SlotTaken:
        return False
    finally:
        times.append(time.perf_counter() - started)
    return True

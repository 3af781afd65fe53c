"""Random operations by several clients at once (R-5): who does what, and what they were promised."""

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.appointments import service as appointments
from creneau.appointments.schemas import (
    Booking,
    ConfirmRequest,
    HoldRequest,
    MoveRequest,
    SessionDraft,
    SettingRequest,
    State,
)
from creneau.availability.gaps.service import note_gaps
from creneau.claims import queries as claims
from creneau.context import SYSTEM, VISITOR, Actor
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people.schemas import Identity
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, OpeningDraft
from creneau.refusals import Refusal
from creneau_infra import clock as infra_clock

PARIS = ZoneInfo("Europe/Paris")
HOURS = ((time(9), time(12)), (time(13), time(17)), (time(18), time(19)))
"""The last is short, so that it is booked up again and again."""
FIRST_DAY = 5
"""Days from now to the first opening: more than the clock is put forward in any run."""
CELL = timedelta(minutes=5)
SEATS = 6
STATES: tuple[State, ...] = ("planned", "waiting", "seen", "excused", "no_show")


class World(msgspec.Struct, frozen=True):
    """A town with every kind of motive, and the same hours for all its agents."""

    place: UUID
    agents: list[UUID]
    days: list[date]
    plain: UUID
    padded: UUID
    pair: UUID
    cell: UUID
    workshop: UUID
    sessions: list[UUID] = []
    absences: list[tuple[UUID, datetime, datetime]] = []

    @property
    def opened(self) -> list[tuple[datetime, datetime]]:
        """When each agent is there, in UTC."""
        return [
            (datetime.combine(day, start, PARIS), datetime.combine(day, end, PARIS))
            for day in self.days
            for start, end in HOURS
        ]


class Clock:
    """A moment that stands still until somebody puts it forward."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        """Tell the moment."""
        return self.moment

    def forward(self) -> None:
        """Let more than half of a hold's ten minutes pass."""
        self.moment += timedelta(minutes=6)


@contextmanager
def going_by(clock: Clock) -> Generator[None, None, None]:
    """Have all of the domain go by a clock of ours."""
    real = infra_clock.now
    named = [
        (module, name)
        for key, module in sorted(sys.modules.items())
        if key.startswith("creneau")
        for name, value in vars(module).items()
        if value is real
    ]
    for module, name in named:
        setattr(module, name, clock.now)
    try:
        yield
    finally:
        for module, name in named:
            setattr(module, name, real)


async def build(size: int, days: int) -> World:
    """Furnish the current tenant, through the services that users use."""
    organisation = await organisations.create_organisation(OrganisationDraft(name="Mairie"), SYSTEM)
    service = await organisations.create_service("Citoyenneté", False, SYSTEM)
    place = await places.create_place(PlaceDraft(organisation_id=organisation, name="Ici"), SYSTEM)

    async def motive(name: str, **values: Any) -> UUID:
        where: dict[str, Any] = {"organisation_id": organisation, "service_id": service}
        return await motives.create_motive(
            MotiveDraft(name=name, audience="everyone", **where, **values), SYSTEM
        )

    first = datetime.now(UTC).date() + timedelta(days=FIRST_DAY)
    world = World(
        place=place,
        agents=[await _agent(number, organisation, service) for number in range(size)],
        days=[first + timedelta(days=number) for number in range(days)],
        plain=await motive("Carte", duration_minutes=30),
        padded=await motive(
            "Passeport",
            duration_minutes=20,
            step_minutes=10,
            buffer_before_minutes=5,
            buffer_after_minutes=10,
        ),
        pair=await motive("Médiation", duration_minutes=30, requires={"agent": 2}),
        cell=await motive("Cinq minutes", duration_minutes=5),
        workshop=await motive("Atelier", duration_minutes=60, capacity=SEATS),
    )
    for agent in world.agents:
        await _open(world, agent)
    return world


async def _agent(number: int, organisation: UUID, service: UUID) -> UUID:
    draft = AgentDraft(
        email=f"agent{number}@exemple.fr",
        first_name="Agent",
        last_name=f"Numéro {number}",
        service_ids=(service,),
        memberships=((organisation, "agent"),),
    )
    return await agents.create_agent(draft, SYSTEM)


async def _open(world: World, agent: UUID) -> None:
    for start, end in HOURS:
        draft = OpeningDraft(
            resource_id=agent,
            place_id=world.place,
            motive_ids=[world.plain, world.padded, world.pair, world.cell],
            first_day=world.days[0],
            start_time=start,
            end_time=end,
            recurrence=f"FREQ=DAILY;COUNT={len(world.days)}",
        )
        await planning.create_opening(draft, SYSTEM)


class Client:
    """Somebody who does one random thing after the other, and remembers each answer."""

    def __init__(self, world: World, clock: Clock, number: int, seed: int) -> None:
        self.world = world
        self.clock = clock
        self.chance = random.Random(f"{seed}/{number}")
        self.owner = f"client {number}".encode()
        self.held: list[UUID] = []
        self.promised: dict[UUID, Booking] = {}
        """What was said last of each booking that was ever confirmed."""
        self.tally: Counter[str] = Counter()

    async def act(self, times: int) -> None:
        """Do so many things; refusals are answers like others."""
        for _ in range(times):
            (operation,) = self.chance.choices(*zip(*OPERATIONS, strict=True))
            try:
                await operation(self)
            except Refusal as refusal:
                self.tally[f"{operation.__name__}: {refusal.code}"] += 1
            else:
                self.tally[operation.__name__] += 1

    async def hold(self) -> None:
        """Hold a time."""
        booking = await appointments.hold(self._wish(), VISITOR)
        self.held.append(booking.id)

    async def hold_a_seat(self) -> None:
        """Hold a seat in some session."""
        if self.world.sessions:
            booking = await appointments.hold(self._seat(), VISITOR)
            self.held.append(booking.id)

    async def confirm(self) -> None:
        """Confirm what was held last; it may be over."""
        if self.held:
            self._keep(
                await appointments.confirm(self.held.pop(), self.owner, self._person(), VISITOR)
            )

    async def release(self) -> None:
        """Give up what was held first."""
        if self.held:
            await appointments.release(self.held.pop(0), self.owner)

    async def book(self) -> None:
        """Book a time, or a seat, straight away."""
        seat = self.world.sessions and self.chance.random() < 0.3
        wish = self._seat() if seat else self._wish()
        self._keep(await appointments.book(wish, self._person(), VISITOR))

    async def move(self) -> None:
        """Move a booking elsewhere."""
        booking = self._any()
        if booking is None:
            return
        if booking.group_session:
            other = self.chance.choice(self.world.sessions)
            wish = MoveRequest(starts_at=booking.starts_at, appointment_id=other)
        else:
            wish = MoveRequest(starts_at=self._moment(), resource_id=self._someone())
        self._keep(await appointments.move(booking.id, wish, VISITOR))

    async def cancel(self) -> None:
        """Cancel a booking, as its person or as the service."""
        booking = self._any()
        if booking is not None:
            actor = self.chance.choice((VISITOR, SYSTEM))
            self._keep(await appointments.cancel(booking.id, actor))

    async def set_state(self) -> None:
        """Say what became of a booking: this may free its time, or take it back."""
        booking = self._any()
        if booking is not None:
            state = self.chance.choice(STATES)
            self._keep(await appointments.set_state(booking.id, state, SYSTEM))

    async def be_absent(self) -> None:
        """Take an agent away for a while, whoever has an appointment then."""
        agent, start = self.chance.choice(self.world.agents), self._moment()
        end = start + CELL * self.chance.randint(1, 6)
        draft = AbsenceDraft(
            resource_id=agent,
            first_day=start.date(),
            start_time=start.time(),
            last_day=end.date(),
            end_time=end.time(),
            time_zone="Europe/Paris",
        )
        await planning.create_absence(draft, SYSTEM)
        self.world.absences.append((agent, start, end))

    async def create_session(self) -> None:
        """Create a session of one or two agents."""
        start = self._moment()
        draft = SessionDraft(
            motive_id=self.world.workshop,
            place_id=self.world.place,
            resource_ids=self.chance.sample(self.world.agents, self.chance.randint(1, 2)),
            starts_at=start,
            ends_at=start + timedelta(minutes=30),
            capacity=self.chance.randint(1, SEATS),
        )
        self.world.sessions.append(await appointments.create_session(draft, SYSTEM))

    async def change_capacity(self) -> None:
        """Give a session another number of seats, never fewer than the highest that is taken."""
        if not self.world.sessions:
            return
        session, wanted = self.chance.choice(self.world.sessions), self.chance.randint(1, SEATS)
        async with tenant_transaction() as tx:
            await claims.lock_session(tx, session)
            await tx.execute(
                """
                UPDATE appointment SET capacity = greatest($3, (
                    SELECT max(seat) FROM booking
                    WHERE tenant_id = $1 AND appointment_id = $2 AND active))
                WHERE tenant_id = $1 AND id = $2
                """,
                tx.tenant_id,
                session,
                wanted,
            )

    async def force(self) -> None:
        """Set an appointment as an agent, over whatever is there."""
        request = SettingRequest(
            motive_id=self.world.plain,
            place_id=self.world.place,
            resource_ids=[self.chance.choice(self.world.agents)],
            starts_at=self._moment(),
            identity=_identity(),
            force_reason="Urgence",
        )
        actor = Actor("agent", self.world.agents[0])
        self._keep(await appointments.set_appointment(request, actor))

    async def let_time_pass(self) -> None:
        """Put everybody's clock forward: holds run out."""
        self.clock.forward()

    async def note_gaps(self) -> None:
        """Note what bookings leave free, as a worker does beside everything else."""
        await note_gaps()

    def _keep(self, booking: Booking) -> None:
        self.promised[booking.id] = booking

    def _any(self) -> Booking | None:
        return self.chance.choice([*self.promised.values()]) if self.promised else None

    def _moment(self) -> datetime:
        """Choose a time of some opening; all choose among few, so that they meet."""
        start, end = self.chance.choice(self.world.opened)
        return start + CELL * 2 * self.chance.randrange((end - start) // (CELL * 2))

    def _someone(self) -> UUID | None:
        return self.chance.choice([None, *self.world.agents])

    def _wish(self) -> HoldRequest:
        kinds = [self.world.plain, self.world.plain, self.world.padded, self.world.pair]
        return HoldRequest(
            motive_id=self.chance.choice(kinds),
            starts_at=self._moment(),
            place_id=self.world.place,
            resource_id=self._someone(),
            owner=self.owner,
        )

    def _seat(self) -> HoldRequest:
        return HoldRequest(
            motive_id=self.world.workshop,
            starts_at=self.clock.now(),
            appointment_id=self.chance.choice(self.world.sessions),
            owner=self.owner,
        )

    def _person(self) -> ConfirmRequest:
        return ConfirmRequest(identity=_identity())


def _identity() -> Identity:
    return Identity(first_name="Camille", last_name=f"Exemple {uuid4().hex[:6]}")


Operation = Callable[[Client], Awaitable[None]]
OPERATIONS: Sequence[tuple[Any, float]] = (
    (Client.hold, 18),
    (Client.hold_a_seat, 8),
    (Client.confirm, 16),
    (Client.release, 3),
    (Client.book, 18),
    (Client.move, 12),
    (Client.cancel, 7),
    (Client.set_state, 7),
    (Client.be_absent, 1.5),
    (Client.create_session, 2),
    (Client.change_capacity, 2),
    (Client.force, 1.5),
    (Client.let_time_pass, 3),
    (Client.note_gaps, 4),
)


async def act_together(clients: Sequence[Client], times: int) -> None:
    """Let all clients do so many things each, at once."""
    await asyncio.gather(*(client.act(times) for client in clients))


def cuts(world: World) -> list[tuple[UUID, int, int, int, int, int]]:
    """Say how each motive is cut, in cells: duration, step, buffers, and agents at once."""
    return [
        (world.cell, 1, 1, 0, 0, 1),
        (world.plain, 6, 6, 0, 0, 1),
        (world.padded, 4, 2, 1, 2, 1),
        (world.pair, 6, 6, 0, 0, 2),
    ]


def promises(clients: Sequence[Client]) -> dict[UUID, Booking]:
    """Collect what all clients were told last."""
    return {name: said for client in clients for name, said in client.promised.items()}

"""The demo's appointments: drawn by lot with a fixed seed, booked by the services."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final
from uuid import UUID

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest, Source, State
from creneau.context import VISITOR, Actor
from creneau.demonstration import DemoFurnishing
from creneau.motives.schemas import MotiveDraft
from creneau.people import service as people
from creneau.people.following.service import add_referent
from creneau.people.schemas import RelativeDraft

from creneau_web.demo import calendar, persons
from creneau_web.demo.furnishing import Furnished, Seats, extra_of, open_sessions, open_today
from creneau_web.demo.plans import AgentPlan, OpeningPlan

PAST: Final = 52
TODAY: Final = 7
FUTURE: Final = 48
SOON: Final = timedelta(days=8)
FEWEST_FUTURE: Final = 20
OWNER: Final = b"demo"
# What became of past appointments; None: nobody has said yet ("à renseigner").
OUTCOMES: Final[Sequence[State | None]] = (
    "seen", "seen", "seen", "seen", "seen", "seen", "no_show", "excused", "cancelled", None,
)  # fmt: skip


class Chance(msgspec.Struct, frozen=True, kw_only=True):
    """A time at which somebody could come; `until` includes the motive's buffer."""

    agent: AgentPlan
    place: str
    motive: str
    day: date
    starts_at: datetime
    until: datetime


class Acquaintance(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who came before, and on which days."""

    person_id: UUID
    last_name: str
    days: set[date]


class Bookings:
    """Draws and books the appointments of one tenant."""

    def __init__(
        self, furnished: Furnished, now: datetime, parts: Sequence[DemoFurnishing]
    ) -> None:
        """Start with an empty agenda and the tenant's own luck."""
        self._furnished = furnished
        self._parts = parts
        self._now = now
        self._luck = calendar.chance(furnished.plan.tenant.slug)
        self._busy: dict[str, list[tuple[datetime, datetime]]] = {}
        self._known: list[Acquaintance] = []
        self._booked = 0

    async def make_all(self) -> None:
        """Book the past, today, the future and the seats of group sessions."""
        today = self._furnished.today
        seats = [seat for agent in self._agents() for seat in await self._sessions(agent)]
        chances = list(self._chances())
        await self._make_past([one for one in chances if one.day < today])
        await self._make_today([one for one in chances if one.day == today])
        for seat in seats:
            await self._take_seats(seat)
        await self._make_lively([one for one in chances if one.day > today])
        future = max(FEWEST_FUTURE, FUTURE - sum(seat.taken for seat in seats))
        await self._make_future([one for one in chances if one.day > today], future)

    def _agents(self) -> Iterable[AgentPlan]:
        return self._furnished.plan.agents

    def _chances(self) -> Iterator[Chance]:
        for agent in self._agents():
            for opening in agent.openings:
                yield from self._chances_of(agent, opening)

    def _chances_of(self, agent: AgentPlan, opening: OpeningPlan) -> Iterator[Chance]:
        off = self._furnished.days_off(agent)
        drafts = [self._draft(opening, motive) for motive in opening.motives]
        for day in calendar.worked_days(opening.days, self._furnished.today, off):
            for draft in drafts:
                yield from self._chances_on(agent, opening, draft, day)

    def _draft(self, opening: OpeningPlan, motive: str) -> MotiveDraft:
        return self._furnished.motive_plan(opening.place, motive).draft

    def _chances_on(
        self, agent: AgentPlan, opening: OpeningPlan, draft: MotiveDraft, day: date
    ) -> Iterator[Chance]:
        length = timedelta(minutes=draft.duration_minutes + draft.buffer_after_minutes)
        for at in calendar.starts(day, (opening.start, opening.end), draft.duration_minutes):
            yield Chance(
                agent=agent,
                place=opening.place,
                motive=draft.name,
                day=day,
                starts_at=at,
                until=at + length,
            )

    async def _sessions(self, agent: AgentPlan) -> list[Seats]:
        return await open_sessions(self._furnished, agent)

    def _draw(self, chances: list[Chance], number: int, nearness: float = 0) -> Iterator[Chance]:
        """Draw chances that do not overlap; `nearness` prefers days close to today."""
        today = self._furnished.today
        weights = [1 / (1 + nearness * abs((one.day - today).days)) for one in chances]
        drawn = 0
        for one in _shuffled(chances, weights, self._luck):
            if drawn == number:
                return
            if self._is_free(one):
                drawn += 1
                yield one

    def _is_free(self, chance: Chance) -> bool:
        taken = self._busy.setdefault(self._furnished.plan.email_of(chance.agent), [])
        if any(start < chance.until and chance.starts_at < end for start, end in taken):
            return False
        taken.append((chance.starts_at, chance.until))
        return True

    async def _make_past(self, chances: list[Chance]) -> None:
        for number, one in enumerate(self._draw(chances, PAST)):
            booking = await self._book(one, "agent")
            await self._conclude(booking, one, OUTCOMES[number % len(OUTCOMES)])

    async def _conclude(self, booking: Booking, chance: Chance, outcome: State | None) -> None:
        actor = self._actor(chance)
        if outcome == "cancelled":
            await appointments.cancel(booking.id, actor)
        elif outcome is not None:
            await appointments.set_state(booking.id, outcome, actor)

    async def _make_today(self, chances: list[Chance]) -> None:
        shown = next(agent for agent in self._agents() if agent.account == "agent")
        own = [one for one in chances if one.agent is shown]
        if not own:
            extra = await open_today(self._furnished, shown)
            own = [
                one
                for motive in extra.motives
                for one in self._chances_on(
                    shown, extra, self._draft(extra, motive), self._furnished.today
                )
            ]
        for one in sorted(self._draw(own, TODAY), key=lambda chance: chance.starts_at):
            booking = await self._book(one, "agent")
            await self._conclude(booking, one, self._state_today(one))
        others = [one for one in chances if one.agent is not shown]
        for one in self._draw(others, TODAY):
            booking = await self._book(one, "agent")
            await self._conclude(booking, one, self._state_today(one))

    def _state_today(self, chance: Chance) -> State | None:
        if chance.until < self._now:
            return self._luck.choice(("seen", "seen", "seen", "no_show", None))
        return "waiting" if chance.starts_at < self._now + timedelta(minutes=20) else None

    async def _make_lively(self, chances: list[Chance]) -> None:
        """Fill the next days of the agent who can be tried, so that an agenda is worth a look."""
        until = self._furnished.today + SOON
        own = [one for one in chances if one.agent.account == "agent" and one.day <= until]
        for one in self._draw(own, self._furnished.plan.lively):
            await self._book(one, "agent")

    async def _make_future(self, chances: list[Chance], number: int) -> None:
        for place, one in enumerate(self._draw(chances, number, nearness=0.15)):
            online = place % 4 == 0 and (one.day - self._furnished.today).days > 1
            booking = await self._book(
                one, "public" if online and self._is_public(one) else "agent"
            )
            if place % 12 == 5:  # noqa: PLR2004 - one in twelve
                await appointments.cancel(booking.id, self._actor(one))

    def _is_public(self, chance: Chance) -> bool:
        # A plugin may ask more of the public for a motive of its own than the demo's people can tell.
        motive = self._furnished.motive_plan(chance.place, chance.motive)
        special = extra_of(self._furnished.plan, motive, self._parts)
        return motive.draft.audience == "everyone" and not special

    def _actor(self, chance: Chance) -> Actor:
        return Actor("agent", self._furnished.agent_id(chance.agent))

    async def _book(self, chance: Chance, source: Source) -> Booking:
        wanted = HoldRequest(
            motive_id=self._furnished.motive_id(chance.place, chance.motive),
            starts_at=chance.starts_at,
            place_id=self._furnished.places[chance.place],
            resource_id=self._furnished.agent_id(chance.agent),
            owner=OWNER,
            source=source,
        )
        if source == "public":
            return await appointments.book(wanted, self._newcomer(online=True), VISITOR)
        who = await self._somebody(chance)
        # Online nobody books what is past: the agent's right to do so, and the visitor's words.
        actor = VISITOR if who.values else self._actor(chance)
        booking = await appointments.book(wanted, who, actor)
        self._remember(booking, chance, who)
        await self._follow(booking, chance)
        return booking

    async def _follow(self, booking: Booking, chance: Chance) -> None:
        """Name who receives somebody as their referent, where the motive is one of following."""
        if booking.person_id is not None and chance.motive in self._furnished.plan.followed:
            agent_id = self._furnished.agent_id(chance.agent)
            await add_referent(booking.person_id, agent_id, self._actor(chance))

    async def _somebody(self, chance: Chance) -> ConfirmRequest:
        free = [one for one in self._known if chance.day not in one.days]
        if not free or self._luck.random() < 0.6:  # noqa: PLR2004 - three in five come once
            return self._newcomer(online=False, typing=chance.starts_at < self._now)
        known = self._luck.choice(free)
        known.days.add(chance.day)
        if chance.motive in self._furnished.plan.for_children:
            return await self._child_of(known, chance)
        return ConfirmRequest(person_id=known.person_id, instructions_accepted=True)

    async def _child_of(self, known: Acquaintance, chance: Chance) -> ConfirmRequest:
        child = RelativeDraft(
            first_name=self._luck.choice(persons.CHILDREN),
            last_name=known.last_name,
            birth_date=self._furnished.today - timedelta(days=self._luck.randrange(30, 1800)),
        )
        relative = await people.add_relative(known.person_id, child, self._actor(chance))
        return ConfirmRequest(person_id=relative, instructions_accepted=True)

    def _newcomer(self, *, online: bool, typing: bool = False) -> ConfirmRequest:
        self._booked += 1
        identity = persons.somebody(self._luck)
        values = self._values() if online or typing else {}
        if online and not values:
            identity = msgspec.structs.replace(identity, email=persons.address_of(identity))
        return ConfirmRequest(
            identity=identity,
            email_proven=bool(identity.email),
            instructions_accepted=True,
            values=values,
        )

    def _values(self) -> Mapping[str, str]:
        typed = (part.typed(self._luck) for part in self._parts)
        return dict(chain.from_iterable(values.items() for values in typed))

    def _remember(self, booking: Booking, chance: Chance, who: ConfirmRequest) -> None:
        if who.identity is None or booking.person_id is None:
            return
        self._known.append(
            Acquaintance(
                person_id=booking.person_id,
                last_name=who.identity.last_name,
                days={chance.day},
            )
        )

    async def _take_seats(self, seats: Seats) -> None:
        for seat in range(seats.taken):
            online = seat % 5 == 0 and (seats.starts_at - self._now) > timedelta(days=1)
            wanted = HoldRequest(
                motive_id=seats.motive_id,
                starts_at=seats.starts_at,
                appointment_id=seats.appointment_id,
                owner=OWNER,
                source="public" if online else "agent",
            )
            actor = VISITOR if online else self._furnished.administrator
            await appointments.book(wanted, self._newcomer(online=online), actor)


def _shuffled(
    chances: Sequence[Chance], weights: Sequence[float], luck: random.Random
) -> list[Chance]:
    """Bring chances into an order drawn by lot, the heavier ones rather first."""
    # Efraimidis and Spirakis: the largest of u^(1/w) are a weighted sample without replacement.
    keyed = [(luck.random() ** (1 / weight), place) for place, weight in enumerate(weights)]
    return [chances[place] for _, place in sorted(keyed, reverse=True)]

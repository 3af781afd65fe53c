"""Setting a demo tenant up: from the plan's names to records, by the services that users use."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from uuid import UUID

import msgspec
from creneau.agents.schemas import AgentDraft
from creneau.agents.second_factor import service as factors
from creneau.agents.service import create_agent
from creneau.appointments.schemas import SessionDraft
from creneau.appointments.service import create_session
from creneau.context import SYSTEM, Actor
from creneau.demonstration import DemoFurnishing, DemoSpace
from creneau.motives.service import create_motive
from creneau.organisations.service import create_organisation, create_service
from creneau.places.service import create_place
from creneau.planning.drafts import AbsenceDraft, OpeningDraft
from creneau.planning.schemas import EditHolidays
from creneau.planning.service import create_absence, create_opening, save
from creneau.questions.service import ask

from creneau_web.demo import calendar
from creneau_web.demo.accounts import PASSWORD, telephone_of
from creneau_web.demo.plans import AgentPlan, MotivePlan, OpeningPlan, SessionPlan, TenantPlan

LONGEST_ABSENCE = timedelta(days=4)


class Seats(msgspec.Struct, frozen=True, kw_only=True):
    """A group session that exists, and how many seats of it shall be taken."""

    appointment_id: UUID
    motive_id: UUID
    starts_at: datetime
    taken: int


class Furnished(msgspec.Struct, frozen=True, kw_only=True):
    """The records of a plan; motives (`planned` ones, too) by organisation and name, agents by e-mail."""

    plan: TenantPlan
    today: date
    planned: Mapping[tuple[str, str], MotivePlan]
    organisations: Mapping[str, UUID]
    services: Mapping[str, UUID]
    places: Mapping[str, UUID]
    motives: Mapping[tuple[str, str], UUID]
    agents: Mapping[str, UUID]

    @property
    def administrator(self) -> Actor:
        """Who sets the tenant up."""
        return Actor("agent", self.agent_id(self.plan.agents[0]))

    @property
    def space(self) -> DemoSpace:
        """Show plugins what there is; each call gives the same luck anew."""
        agents = self.plan.agents
        return DemoSpace(
            today=self.today,
            luck=calendar.chance(f"{self.plan.tenant.slug} plugins"),
            administrator=self.administrator,
            organisations=self.organisations,
            services=self.services,
            places=self.places,
            agents={f"{one.first_name} {one.last_name}": self.agent_id(one) for one in agents},
            receiving=[self.agent_id(one) for one in agents if one.openings],
            motives=[*self.motives.values()],
        )

    def agent_id(self, agent: AgentPlan) -> UUID:
        """Find an agent of the plan."""
        return self.agents[self.plan.email_of(agent)]

    def motive_id(self, place: str, motive: str) -> UUID:
        """Find the motive of that name in the organisation of a place."""
        return self.motives[self.organisation_of(place), motive]

    def motive_plan(self, place: str, motive: str) -> MotivePlan:
        """Find what was planned for the motive of that name in the organisation of a place."""
        return self.planned[self.organisation_of(place), motive]

    def organisation_of(self, place: str) -> str:
        """Name the organisation of a place."""
        return next(one.organisation for one in self.plan.places if one.draft.name == place)

    def days_off(self, agent: AgentPlan) -> frozenset[date]:
        """List the days on which an agent receives nobody."""
        away = [] if agent.away is None else [self.today + timedelta(days=agent.away)]
        absence = [
            first + timedelta(days=day) for first in away for day in range(LONGEST_ABSENCE.days + 1)
        ]
        return frozenset([*calendar.holidays(self.today), *absence])


async def furnish(plan: TenantPlan, today: date, parts: Sequence[DemoFurnishing]) -> Furnished:
    """Create what a plan names: organisations, services, places, motives, agents and their weeks."""
    organisations = {
        draft.name: await create_organisation(draft, SYSTEM) for draft in plan.organisations
    }
    services = {
        name: await create_service(name, secretariat, SYSTEM)
        for name, secretariat in plan.services.items()
    }
    furnished = Furnished(
        plan=plan,
        today=today,
        planned={(one.organisation, one.draft.name): one for one in plan.motives},
        organisations=organisations,
        services=services,
        places=await _places(plan, organisations),
        motives=await _motives(plan, organisations, services, parts),
        agents={
            plan.email_of(agent): await _agent(plan, agent, organisations, services)
            for agent in plan.agents
        },
    )
    await _close(furnished)
    for agent in plan.agents:
        await _plan_weeks(furnished, agent)
    return furnished


async def _places(plan: TenantPlan, organisations: Mapping[str, UUID]) -> dict[str, UUID]:
    return {
        place.draft.name: await create_place(
            msgspec.structs.replace(place.draft, organisation_id=organisations[place.organisation]),
            SYSTEM,
        )
        for place in plan.places
    }


async def _motives(
    plan: TenantPlan,
    organisations: Mapping[str, UUID],
    services: Mapping[str, UUID],
    parts: Sequence[DemoFurnishing],
) -> dict[tuple[str, str], UUID]:
    made: dict[tuple[str, str], UUID] = {}
    for motive in plan.motives:
        draft = msgspec.structs.replace(
            motive.draft,
            organisation_id=organisations[motive.organisation],
            service_id=services[motive.service],
            extra=extra_of(plan, motive, parts),
        )
        motive_id = await create_motive(draft, SYSTEM)
        for question in motive.questions:
            await ask(motive_id, question, SYSTEM)
        made[motive.organisation, motive.draft.name] = motive_id
    return made


def extra_of(
    plan: TenantPlan, motive: MotivePlan, parts: Sequence[DemoFurnishing]
) -> dict[str, str]:
    """Gather what plugins' fields of a motive hold."""
    followed = motive.draft.name in plan.followed
    values = (part.motive_extra(motive.draft, followed=followed) for part in parts)
    return dict(chain.from_iterable(one.items() for one in values))


async def _agent(
    plan: TenantPlan,
    agent: AgentPlan,
    organisations: Mapping[str, UUID],
    services: Mapping[str, UUID],
) -> UUID:
    draft = AgentDraft(
        email=plan.email_of(agent),
        first_name=agent.first_name,
        last_name=agent.last_name,
        password=PASSWORD if agent.account else None,
        service_ids=tuple(services[name] for name in agent.services),
        memberships=tuple((organisations[name], agent.role) for name in agent.organisations),
    )
    agent_id = await create_agent(draft, SYSTEM)
    if agent.account and (secret := telephone_of(draft.email, agent.role)):
        await factors.set_known(agent_id, secret)
    return agent_id


async def _close(furnished: Furnished) -> None:
    open_today: dict[date, str | None] = {furnished.today: None}
    for organisation_id in furnished.organisations.values():
        await save(EditHolidays(organisation_id, open_today), furnished.administrator)


async def _plan_weeks(furnished: Furnished, agent: AgentPlan) -> None:
    for opening in agent.openings:
        await create_opening(_opening(furnished, agent, opening), furnished.administrator)
    if agent.account == "agent" and furnished.plan.meeting:
        await create_absence(_meeting(furnished, agent), furnished.administrator)
        await create_absence(_errand(furnished, agent), furnished.administrator)
    if agent.away is None:
        return
    first = furnished.today + timedelta(days=agent.away)
    absence = AbsenceDraft(
        resource_id=furnished.agent_id(agent),
        title="Congés",
        first_day=first,
        start_time=time(0),
        last_day=first + LONGEST_ABSENCE,
        end_time=time(23, 59),
        time_zone="Europe/Paris",
    )
    await create_absence(absence, furnished.administrator)


def _meeting(furnished: Furnished, agent: AgentPlan) -> AbsenceDraft:
    # Between the openings of the morning and of the afternoon: it takes nobody's time.
    tuesday = furnished.today - timedelta(days=(furnished.today.weekday() - 1) % 7 + 7)
    return AbsenceDraft(
        resource_id=furnished.agent_id(agent),
        title=furnished.plan.meeting,
        first_day=tuesday,
        start_time=time(12, 30),
        last_day=tuesday,
        end_time=time(13, 30),
        time_zone="Europe/Paris",
        recurrence="FREQ=WEEKLY",
    )


def _errand(furnished: Furnished, agent: AgentPlan) -> AbsenceDraft:
    # After the day's openings: it takes nobody's time either.
    wednesday = furnished.today + timedelta(days=(2 - furnished.today.weekday()) % 7 + 7)
    return AbsenceDraft(
        resource_id=furnished.agent_id(agent),
        title="Rendez-vous personnel",
        first_day=wednesday,
        start_time=time(18),
        last_day=wednesday,
        end_time=time(19),
        time_zone="Europe/Paris",
    )


def _opening(furnished: Furnished, agent: AgentPlan, opening: OpeningPlan) -> OpeningDraft:
    return OpeningDraft(
        resource_id=furnished.agent_id(agent),
        place_id=furnished.places[opening.place],
        motive_ids=[furnished.motive_id(opening.place, name) for name in opening.motives],
        title=opening.title,
        first_day=furnished.today - timedelta(days=calendar.DAYS_BACK),
        start_time=opening.start,
        end_time=opening.end,
        recurrence=calendar.weekly(opening.days, furnished.today),
    )


async def open_today(furnished: Furnished, agent: AgentPlan) -> OpeningPlan:
    """Open today for an agent whose week leaves it free, so that the demo never shows a void."""
    usual = agent.openings[0]
    extra = msgspec.structs.replace(
        usual,
        title="Permanence exceptionnelle",
        days=(furnished.today.weekday(),),
        start=time(9),
        end=time(17),
    )
    draft = msgspec.structs.replace(
        _opening(furnished, agent, extra), first_day=furnished.today, recurrence=None
    )
    await create_opening(draft, furnished.administrator)
    return extra


async def open_sessions(furnished: Furnished, agent: AgentPlan) -> list[Seats]:
    """Create an agent's group sessions of the coming weeks (C-24)."""
    return [
        await _session(furnished, agent, session, day, taken)
        for session in agent.sessions
        for day, taken in _session_days(furnished, agent, session)
    ]


def _session_days(
    furnished: Furnished, agent: AgentPlan, session: SessionPlan
) -> list[tuple[date, int]]:
    off = furnished.days_off(agent)
    days = calendar.worked_days((session.day,), furnished.today, off)
    return list(zip((day for day in days if day > furnished.today), session.taken, strict=False))


async def _session(
    furnished: Furnished, agent: AgentPlan, session: SessionPlan, day: date, taken: int
) -> Seats:
    motive_id = furnished.motive_id(session.place, session.motive)
    motive = furnished.motive_plan(session.place, session.motive)
    starts_at = calendar.moment(day, session.start)
    appointment_id = await create_session(
        SessionDraft(
            motive_id=motive_id,
            place_id=furnished.places[session.place],
            resource_ids=[furnished.agent_id(agent)],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=motive.draft.duration_minutes),
            title=session.title,
            capacity=session.seats,
        ),
        furnished.administrator,
    )
    return Seats(
        appointment_id=appointment_id, motive_id=motive_id, starts_at=starts_at, taken=taken
    )

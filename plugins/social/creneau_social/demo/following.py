"""The files of the demo: what is known of those who are followed, who was lost sight of, what is silent."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.appointments import service as appointments
from creneau.appointments.schemas import SettingRequest
from creneau.confidentiality import service as confidentiality
from creneau.context import Actor, current_tenant
from creneau.contributions import DemoSpace
from creneau.motives import service as motives
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.files.schemas import Typed
from creneau.people.finding.schemas import Found
from creneau.people.rules import draft_of, version_of, version_of_values

from creneau_social.contributions import FOLLOW_UP
from creneau_social.sectors.limits import SECTORISED as BY_ADDRESS
from creneau_social.situation import rules, service
from creneau_social.situation.contributions import SituationFields

LOST_SIGHT_OF: Final = 7
"""Of so many of those who are followed one was seen by nobody for more than half a year."""

LONG_AGO: Final = timedelta(days=230)
SITUATION: Final = SituationFields(plugin="social", legend="", fields=rules.FIELDS)
NOTHING: Final = dict.fromkeys(rules.BY_NAME, "")
REASON: Final = "Repris de l’ancien agenda."
SILENT: Final = 3


async def tell(space: DemoSpace) -> None:
    """Write down what agents know, and set what nobody is written to about."""
    colleagues = [*space.receiving]
    # Whoever has two referents is written down by the last of them.
    followed = {
        one.id: (agent_id, one)
        for agent_id in colleagues
        for one in await people.persons_followed_by(agent_id)
    }
    met = [*followed.values()]
    for number, (agent_id, one) in enumerate(met):
        reader = space.luck.choice(colleagues)
        await _write(one.id, agent_id, reader, space.luck)
        if number % LOST_SIGHT_OF == 0:
            await _seen_long_ago(space, agent_id, one.id, number)
    await _set_silently(space, met[:SILENT])


async def _write(person_id: UUID, agent_id: UUID, reader: UUID, luck: Random) -> None:
    told, person = _drawn(luck), await people.person(person_id)
    typed = Typed(fields=SITUATION, values=told, seen=version_of_values(NOTHING))
    actor = Actor("agent", agent_id)
    await files.update(person_id, draft_of(person), version_of(person), actor, (typed,))
    for who in dict.fromkeys((agent_id, reader)):
        await service.note(person_id, who, [*told])


def _drawn(luck: Random) -> Mapping[str, str]:
    chosen = {field.name: luck.choice(field.options)[0] for field in rules.FIELDS if field.options}
    numbered = {
        "social_children": str(luck.randrange(5)),
        "social_case": f"AS-2026/{luck.randrange(100, 999)}",
    }
    return {**chosen, **numbered}


async def _seen_long_ago(space: DemoSpace, agent_id: UUID, person_id: UUID, number: int) -> None:
    actor = Actor("agent", agent_id)
    when = _at(space, -LONG_AGO - timedelta(days=number), 9)
    booking = await _set(space, agent_id, person_id, await _one_with(FOLLOW_UP), when)
    await appointments.set_state(booking, "seen", actor)


async def _set_silently(space: DemoSpace, met: list[tuple[UUID, Found]]) -> None:
    """Set what is confidential for everybody, and make another motive so for one person."""
    silent = [one for one in await motives.motives() if one.confidential]
    for number, (agent_id, one) in enumerate(met):
        for motive in silent:
            when = _at(space, timedelta(days=3 + number), 17)
            await _set(space, agent_id, one.id, motive.id, when)
    if met:
        motive_id = await _one_with(BY_ADDRESS)
        await confidentiality.begin(met[0][1].id, motive_id, space.administrator)


async def _one_with(flag: str) -> UUID:
    """Find a motive with a mark of the vertical, or whichever comes first."""
    found = [one for one in await motives.motives() if one.capacity == 1 and not one.confidential]
    return next((one.id for one in found if flag in one.extra), found[0].id)


async def _set(
    space: DemoSpace, agent_id: UUID, person_id: UUID, motive_id: UUID, when: datetime
) -> UUID:
    wanted = SettingRequest(
        motive_id=motive_id,
        place_id=next(iter(space.places.values())),
        resource_ids=[agent_id],
        starts_at=when,
        person_id=person_id,
        force_reason=REASON,
    )
    return (await appointments.set_appointment(wanted, Actor("agent", agent_id))).id


def _at(space: DemoSpace, days: timedelta, hour: int) -> datetime:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return datetime.combine(space.today + days, time(hour), zone)

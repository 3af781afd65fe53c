"""What can be chosen for an appointment: motives, places, agents, within the rights of who asks (C-04)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agenda import service as agenda
from creneau.agenda.schemas import Opening
from creneau.agents.schemas import Agent
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau.places.schemas import Place
from creneau.resources import service as resources

from creneau_web.backoffice import reach
from creneau_web.backoffice.setting.draft import Draft
from creneau_web.visit import visit

HALF_A_DAY: Final = timedelta(hours=12)


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The motives of one service, in their order; of one organisation, where there are several.

    `label` says so: motives of two territories often have the same name.
    """

    service_id: UUID
    service: str
    label: str
    motives: Sequence[Motive]


def may_create() -> bool:
    """Tell whether whoever finds no motive may create one, somewhere."""
    rights = visit().rights
    return rights is not None and rights.can("motive:update")


async def groups(code: str = reach.UPDATE, *, sessions: bool = False) -> list[Group]:
    """List the motives that somebody may set, under their services, one's own services first.

    `sessions`: those of group sessions too, which are found among the slots only.
    """
    rights = visit().rights
    reached = rights.reach(code) if rights else None
    if reached is None:
        return []
    names = {one.id: one.name for one in await organisations.services()}
    found: dict[tuple[UUID, UUID], list[Motive]] = {}
    for motive in await motives.motives():
        wide = motive.organisation_id in reached.everyone_in
        near = motive.organisation_id in reached.colleagues_in
        own = near and motive.service_id in reached.service_ids
        if (wide or own) and (sessions or motive.capacity == 1):
            found.setdefault((motive.service_id, motive.organisation_id), []).append(motive)
    labels = await _labels(names, found)
    listed = [
        Group(service_id=key[0], service=names.get(key[0], ""), label=labels[key], motives=those)
        for key, those in found.items()
    ]
    return sorted(listed, key=lambda one: (one.service_id not in reached.service_ids, one.label))


async def _labels(
    names: Mapping[UUID, str], found: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], str]:
    if len({organisation for _service, organisation in found}) <= 1:
        return {key: names.get(key[0], "") for key in found}
    whose = {one.id: one.name for one in await organisations.organisations()}
    return {key: f"{names.get(key[0], '')} · {whose.get(key[1], '')}" for key in found}


def find_motive(found: Sequence[Group], typed: str) -> Motive | None:
    """Find the motive that is chosen."""
    return next((one for group in found for one in group.motives if str(one.id) == typed), None)


async def places_for(motive: Motive) -> list[Place]:
    """List the places in use of a motive's organisation, by name."""
    return await places.places(motive.organisation_id)


async def usual_place(draft: Draft, offered: Sequence[Place]) -> str:
    """Name the place where the agents of a draft receive people then, or around then; or the only one."""
    if len(offered) <= 1:
        return "".join(str(one.id) for one in offered)
    moment = draft.moment(ZoneInfo(offered[0].time_zone))
    agents = [one.id for one in await agents_among(draft.agents)]
    if moment is None or not agents:
        return ""
    around, _away = await agenda.plans(agents, moment - HALF_A_DAY, moment + HALF_A_DAY)
    own = [one for one in around if one.place_id in {place.id for place in offered}]
    nearest = min(own, key=lambda one: _distance(one, moment), default=None)
    return str(nearest.place_id) if nearest else ""


def _distance(opening: Opening, moment: datetime) -> timedelta:
    return max(opening.starts_at - moment, moment - opening.ends_at, timedelta())


async def takers(motive: Motive | None = None) -> list[tuple[str, str]]:
    """List who can take part: the agents within reach, and rooms where the motive needs one."""
    visible = await reach.visible_agents(reach.UPDATE)
    agents = [(str(one.id), one.display_name) for one in visible]
    kinds = set(motive.requires) - {"agent"} if motive else set[str]()
    if not kinds:
        return agents
    return agents + [
        (str(one.id), one.label) for one in await resources.resources() if one.kind in kinds
    ]


async def agents_among(typed: Sequence[str]) -> list[Agent]:
    """Find the agents within reach among those who are chosen."""
    return [one for one in await reach.visible_agents(reach.UPDATE) if str(one.id) in typed]


def options(found: Sequence[Any]) -> list[tuple[str, str]]:
    """Write records with a name as a form offers them."""
    return [(str(one.id), one.name) for one in found]

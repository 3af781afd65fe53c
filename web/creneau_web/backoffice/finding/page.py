"""The page “Trouver un créneau”: free times for a motive, by place, with who is free then (C-63)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.schemas import Agent
from creneau.availability import service as availability
from creneau.availability.schemas import Slot, SlotQuery
from creneau.context import current_tenant
from creneau.motives.schemas import Motive
from creneau.places.schemas import Place
from creneau_infra.clock import now
from litestar import Request, get
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.agenda.asked import midnight
from creneau_web.backoffice.day import day_asked
from creneau_web.backoffice.finding.offers import by_place
from creneau_web.backoffice.setting import choices
from creneau_web.backoffice.setting.choices import Group
from creneau_web.rendering import page

FIND: Final = "/creneaux"
WEEK: Final = timedelta(days=7)
FAR: Final = timedelta(days=62)


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; no agents or places: whoever is within reach, wherever."""

    motif: str
    service: str
    day: date
    agents: Sequence[str]
    places: Sequence[str]

    def href(self, day: date) -> str:
        """Write the address of the same search from another day on."""
        values = {
            "motif": self.motif,
            "service": self.service,
            "date": day.isoformat(),
            "agents": list(self.agents),
            "lieux": list(self.places),
        }
        return f"{FIND}?{urlencode({k: v for k, v in values.items() if v}, doseq=True)}"


@get(FIND, opt=permission(reach.UPDATE))
async def find_page(request: Request[Any, Any, Any]) -> Template:
    """Ask for a motive, and show the free times of a week for it."""
    search = _search(request)
    groups = await choices.groups(sessions=True)
    motive = choices.find_motive(groups, search.motif)
    visible = await reach.visible_agents(reach.UPDATE)
    places = await choices.places_for(motive) if motive else await _every_place(groups)
    return page(
        "finding/page.html",
        search=search,
        groups=[one for one in groups if search.service in {"", str(one.service_id)}] or groups,
        services=list({str(one.service_id): one.service for one in groups}.items()),
        motive=motive,
        places=choices.options(places),
        agents=[(str(one.id), one.display_name) for one in visible],
        found=await _found(search, motive, places, visible) if motive else None,
    )


def _search(request: Request[Any, Any, Any]) -> Search:
    asked = request.query_params
    day = day_asked(asked.get("date", ""))
    return Search(
        motif=asked.get("motif", ""),
        service=asked.get("service", ""),
        day=max(day, agendas.today()),
        agents=asked.getall("agents", []),
        places=asked.getall("lieux", []),
    )


async def _every_place(groups: Sequence[Group]) -> list[Place]:
    first = {motive.organisation_id: motive for group in groups for motive in group.motives}
    return [place for motive in first.values() for place in await choices.places_for(motive)]


async def _found(
    search: Search, motive: Motive, places: Sequence[Place], visible: Sequence[Agent]
) -> Mapping[str, Any]:
    wanted = [one for one in visible if str(one.id) in search.agents] or list(visible)
    where = [one for one in places if str(one.id) in search.places] or list(places)
    names = {one.id: one.display_name for one in wanted}
    first, slots = await _from(search.day, motive, [*names], [one.id for one in where])
    days = [first + timedelta(days=number) for number in range(WEEK.days)]
    return {
        "places": by_place(slots, motive, where, days, names),
        "first": first,
        "last": days[-1],
        "later": first > search.day,
        "previous": search.href(max(first - WEEK, agendas.today()))
        if first > agendas.today()
        else None,
        "next": search.href(first + WEEK),
    }


async def _from(
    day: date, motive: Motive, agent_ids: Sequence[UUID], place_ids: Sequence[UUID]
) -> tuple[date, list[Slot]]:
    """Search a week; where nothing is free, the week that begins with the first time that is."""
    zone = ZoneInfo(current_tenant.get().time_zone)
    if not agent_ids or not place_ids:
        return day, []

    async def between(first: date, end: date) -> list[Slot]:
        query = SlotQuery(
            motive_id=motive.id,
            starts_from=max(midnight(first, zone), now()),
            starts_before=midnight(end, zone),
            place_ids=place_ids,
            resource_ids=agent_ids,
            for_agents=True,
        )
        found = await availability.find_slots(query)
        return [one for one in found if set(one.resource_ids) & set(agent_ids)]

    slots = await between(day, day + WEEK)
    if slots:
        return day, slots
    later = await between(day + WEEK, day + FAR)
    if not later:
        return day, []
    first = later[0].starts_at.astimezone(zone).date()
    until = midnight(first + WEEK, zone)
    return first, [one for one in later if one.starts_at < until]

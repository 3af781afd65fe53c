"""The page “Trouver un créneau”: free times for a motive, by place, with who is free then (C-63).

For a person it begins with whoever follows them; for an appointment, a time that is chosen moves it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.schemas import Agent
from creneau.appointments import service as appointments
from creneau.appointments.rules import OPEN
from creneau.appointments.schemas import AgendaEntry
from creneau.availability import service as availability
from creneau.availability.schemas import Slot, SlotQuery
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.people.schemas import Person
from creneau.places.schemas import Place
from creneau.refusals import NotAllowed, NotFound
from creneau_infra.clock import now
from litestar import Request, get
from litestar.response import Template
from msgspec.structs import replace

from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.agenda.asked import midnight
from creneau_web.backoffice.day import day_asked
from creneau_web.backoffice.delays import Nothing, no_opening
from creneau_web.backoffice.finding.offers import Wish, by_place
from creneau_web.backoffice.finding.preferring import NOBODY, Preferred, preferred
from creneau_web.backoffice.setting import choices
from creneau_web.backoffice.setting.choices import Group
from creneau_web.persons.within import person_within
from creneau_web.rendering import page

FIND: Final = "/creneaux"
WEEK: Final = timedelta(days=7)
FAR: Final = timedelta(days=62)
EVERYBODY: Final = "tous"


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; no agents or places: whoever is within reach, wherever.

    `personne` is whom it is for; `rdv` the appointment that is to be moved; `avec`: everybody, where
    the person's own agents would come alone.
    """

    motif: str
    service: str
    day: date
    agents: Sequence[str]
    places: Sequence[str]
    personne: str = ""
    rdv: str = ""
    avec: str = ""

    def href(self, day: date, avec: str | None = None) -> str:
        """Write the address of the same search from another day on, or with other agents."""
        values = {
            "motif": self.motif,
            "service": self.service,
            "date": day.isoformat(),
            "agents": list(self.agents),
            "lieux": list(self.places),
            "personne": self.personne,
            "rdv": self.rdv,
            "avec": self.avec if avec is None else avec,
        }
        return f"{FIND}?{urlencode({k: v for k, v in values.items() if v}, doseq=True)}"


@get(FIND, opt=permission(reach.UPDATE))
async def find_page(request: Request[Any, Any, Any]) -> Template:
    """Ask for a motive, and show the free times of a week for it."""
    search = _search(request)
    moved = await _moved(search.rdv)
    person = await _person(search, moved)
    groups = await choices.groups(sessions=moved is None)
    motive = choices.find_motive(groups, str(moved.motive_id) if moved else search.motif)
    visible = await reach.visible_agents(reach.UPDATE)
    places = await choices.places_for(motive) if motive else await _every_place(groups)
    return page(
        "finding/page.html",
        search=search,
        groups=[one for one in groups if search.service in {"", str(one.service_id)}] or groups,
        may_create=choices.may_create(),
        services=list({str(one.service_id): one.service for one in groups}.items()),
        motive=motive,
        person=person,
        moved=moved,
        moved_at=moved and moved.starts_at.astimezone(ZoneInfo(moved.time_zone)),
        places=choices.options(places),
        agents=[(str(one.id), one.display_name) for one in visible],
        found=await _found(Wish(motive=motive, person=person, moved=moved), search, places, visible)
        if motive
        else None,
    )


async def _moved(typed: str) -> AgendaEntry | None:
    """Read the appointment that is to be moved; None: a new one is looked for.

    Raises:
        NotFound: There is none, or it stands where it is for good.
        NotAllowed: It is on no agenda within reach.
    """
    if not typed:
        return None
    booking = await reach.booking_within(_uuid(typed), reach.UPDATE)
    if booking.state not in OPEN or booking.group_session:
        raise NotFound
    return await appointments.entry(booking.id)


async def _person(search: Search, moved: AgendaEntry | None) -> Person | None:
    if moved is not None:
        return await _person_of(moved)
    return await person_within(_uuid(search.personne)) if search.personne else None


async def _person_of(moved: AgendaEntry) -> Person | None:
    try:
        return await person_within(moved.person_id) if moved.person_id else None
    except NotAllowed:
        return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _search(request: Request[Any, Any, Any]) -> Search:
    asked = request.query_params
    day = day_asked(asked.get("date", ""))
    return Search(
        motif=asked.get("motif", ""),
        service=asked.get("service", ""),
        day=max(day, agendas.today()),
        agents=asked.getall("agents", []),
        places=asked.getall("lieux", []),
        personne=asked.get("personne", ""),
        rdv=asked.get("rdv", ""),
        avec=asked.get("avec", ""),
    )


async def _every_place(groups: Sequence[Group]) -> list[Place]:
    first = {motive.organisation_id: motive for group in groups for motive in group.motives}
    return [place for motive in first.values() for place in await choices.places_for(motive)]


async def _found(
    wish: Wish, search: Search, places: Sequence[Place], visible: Sequence[Agent]
) -> Mapping[str, Any]:
    wanted = [one for one in visible if str(one.id) in search.agents] or list(visible)
    where = [one for one in places if str(one.id) in search.places] or list(places)
    own = await preferred(wish.person, wish.motive, wanted) if wish.person else NOBODY
    names = {
        one.id: one.display_name for one in sorted(wanted, key=lambda one: one.id not in own.ids)
    }
    alone = own.ids if search.avec != EVERYBODY and not search.agents else ()
    place_ids = [one.id for one in where]
    first, slots = await _from(search.day, wish.motive, [*(alone or names)], place_ids)
    none = bool(alone) and not slots
    if none:
        first, slots = await _from(search.day, wish.motive, [*names], place_ids)
    days = [first + timedelta(days=number) for number in range(WEEK.days)]
    wish = replace(wish, referents=own.referents)
    shown = {one: name for one, name in names.items() if none or not alone or one in alone}
    return {
        "places": by_place(slots, where, days, shown, wish),
        "closed": None if slots else await _without_opening(wish.motive),
        "first": first,
        "last": days[-1],
        "later": first > search.day,
        "previous": search.href(max(first - WEEK, agendas.today()))
        if first > agendas.today()
        else None,
        "next": search.href(first + WEEK),
        "own": own,
        "own_state": _own_state(own, search, none=none),
        "wide_href": search.href(search.day, EVERYBODY),
        "narrow_href": search.href(search.day, ""),
    }


async def _without_opening(motive: Motive) -> Nothing | None:
    """Say that no opening is for a motive, where that is why nothing is free."""
    listed = next((one for one in await motives.listed() if one.id == motive.id), None)
    if listed is None or listed.openings or motive.capacity != 1:
        return None
    return no_opening(_("Aucune plage d’ouverture à venir ne porte ce motif : rien n’est libre."))


def _own_state(own: Preferred, search: Search, *, none: bool) -> str:
    """Say what is shown of whoever comes first: they alone, all others too, or they have no time."""
    if not own.ids or search.agents:
        return ""
    if none:
        return "none"
    return "wide" if search.avec == EVERYBODY else "alone"


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

"""The first hours that the public can book: a simple week, for oneself or a colleague (T-02)."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import get_day_names
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import AgentChange
from creneau.agents.schemas import Agent
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.places import service as places
from creneau.places.schemas import Place
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau.planning.recurrence import WEEKDAYS
from creneau.refusals import InvalidInput
from creneau.roles.service import require_reach, visible_agents
from creneau.validation import Checked
from creneau_infra import clock
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.admin.first_pages import onward, step_page
from creneau_web.admin.progress import HOME
from creneau_web.forms import Form, form

OPENING: Final = f"{HOME}/ouverture"
RIGHT: Final = "appointment:update"
HALVES: Final = (("morning", "09:00", "12:00"), ("afternoon", "14:00", "17:00"))
WORKING: Final = ("MO", "TU", "WE", "TH", "FR")


Offered = TypeVar("Offered", Agent, Place)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """Who can receive where and for what."""

    agents: Sequence[Agent]
    places: Sequence[Place]
    motives: Sequence[Motive]

    def motives_at(self, place: Place) -> list[Motive]:
        """List the motives of the organisation that a place belongs to."""
        return [one for one in self.motives if one.organisation_id == place.organisation_id]


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """A weekly opening as it was typed, checked: local times of the place."""

    agent_id: UUID
    place: Place
    motive_ids: Sequence[UUID]
    days: Sequence[str]
    halves: Sequence[tuple[time, time]]

    def drafts(self, today: date) -> list[OpeningDraft]:
        """Give one opening for each half of the day."""
        return [
            OpeningDraft(
                resource_id=self.agent_id,
                place_id=self.place.id,
                motive_ids=self.motive_ids,
                title=_("Permanence"),
                first_day=today,
                start_time=start,
                end_time=end,
                recurrence=f"FREQ=WEEKLY;BYDAY={','.join(self.days)}",
            )
            for start, end in self.halves
        ]


@get(OPENING, opt=permission(RIGHT))
async def opening_page() -> Template:
    """Propose the usual week, for whoever asks."""
    offer = await _offer()
    usual = {
        f"{half}_{edge}": value
        for half, start, end in HALVES
        for edge, value in (("start", start), ("end", end))
    }
    values: dict[str, Any] = {
        **usual,
        "agent_id": str(reach.agent().id),
        "place_id": str(offer.places[0].id) if offer.places else "",
        "motives": [str(one.id) for one in offer.motives],
        "days": WORKING,
    }
    return await _page(offer, values)


async def _offer() -> Offer:
    public = await motives.motives(bookable_by="everyone")
    return Offer(
        agents=await visible_agents(reach.agent().id, RIGHT),
        places=await places.places(),
        # Group sessions are set one by one: hours alone do not open them (C-24).
        motives=[motive for motive in public if motive.capacity == 1],
    )


async def _page(
    offer: Offer, values: Mapping[str, Any], errors: Mapping[str, str] | None = None
) -> Template:
    return await step_page(
        "ouverture",
        "admin/first_opening.html",
        errors,
        agents=[(str(one.id), one.display_name) for one in offer.agents],
        places=[(str(one.id), one.name) for one in offer.places],
        motives=[(str(one.id), one.name) for one in offer.motives],
        days=_day_names(),
        values=values,
    )


def _day_names() -> list[tuple[str, str]]:
    names = get_day_names("wide", locale=current_locale.get())
    return [(code, names[number].capitalize()) for code, number in WEEKDAYS.items()]


@post(OPENING, opt=permission(RIGHT))
async def open_hours(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Open the hours of a week, repeated without end."""
    typed = await form(request)
    offer = await _offer()
    try:
        week = _checked(typed, offer)
        today = clock.now().astimezone(ZoneInfo(week.place.time_zone)).date()
        drafts = week.drafts(today)
        for draft in drafts:
            draft.check()
    except InvalidInput as wrong:
        return await _page(offer, _typed(typed), wrong.fields)
    await require_reach(reach.agent().id, RIGHT, [week.agent_id])
    for draft in drafts:
        await planning.create_opening(draft, reach.actor())
    if week.agent_id == reach.agent().id and reach.rights().can("agent:update"):
        await _join_services(week, offer)
    return await onward("ouverture", _("Vos premières heures sont ouvertes."))


async def _join_services(week: Week, offer: Offer) -> None:
    """Put whoever administers and receives into the services of what they receive for.

    It opens no further agenda to them, and theirs to the colleagues of these services (C-04).
    """
    own = await managing.colleague(week.agent_id, week.agent_id)
    known = [service_id for service_id, _name in own.services]
    wanted = [one.service_id for one in offer.motives if one.id in set(week.motive_ids)]
    if set(wanted) <= set(known):
        return
    change = AgentChange(
        first_name=own.agent.first_name,
        last_name=own.agent.last_name,
        locale=own.agent.locale,
        service_ids=tuple(dict.fromkeys([*known, *wanted])),
        memberships=tuple((place.organisation_id, place.role_code) for place in own.places),
    )
    await managing.change(week.agent_id, change, reach.actor())


def _typed(typed: Form) -> dict[str, Any]:
    return {
        **typed.values(),
        "motives": typed.texts("motives"),
        "days": typed.texts("days"),
    }


def _checked(typed: Form, offer: Offer) -> Week:
    check = Checked()
    agent = _one_of(check, "agent_id", typed, offer.agents, _("Choisissez qui reçoit."))
    place = _one_of(check, "place_id", typed, offer.places, _("Choisissez un lieu."))
    days = [day for day in WEEKDAYS if day in typed.texts("days")]
    if not days:
        check.refuse("days", _("Cochez au moins un jour."))
    ticked = set(typed.texts("motives"))
    wanted = [one.id for one in (offer.motives_at(place) if place else ()) if str(one.id) in ticked]
    if not wanted:
        check.refuse("motives", _("Cochez au moins un motif de l’organisation de ce lieu."))
    halves = _halves(check, typed)
    check.refuse_if_wrong()
    if agent is None or place is None:
        raise InvalidInput(check.wrong)
    return Week(agent_id=agent.id, place=place, motive_ids=wanted, days=days, halves=halves)


def _one_of(
    check: Checked, field: str, typed: Form, offered: Sequence[Offered], sentence: str
) -> Offered | None:
    found = next((one for one in offered if str(one.id) == typed.text(field)), None)
    if found is None:
        check.refuse(field, sentence)
    return found


def _halves(check: Checked, typed: Form) -> list[tuple[time, time]]:
    halves = [pair for half, _start, _end in HALVES if (pair := _half(check, typed, half))]
    if not halves and not check.wrong.keys() & {f"{half}_start" for half, _start, _end in HALVES}:
        check.refuse("morning_start", _("Donnez au moins une heure de début et une heure de fin."))
    return halves


def _half(check: Checked, typed: Form, half: str) -> tuple[time, time] | None:
    start, end = typed.text(f"{half}_start"), typed.text(f"{half}_end")
    if not start and not end:
        return None
    first, last = _time(start), _time(end)
    if first is None or last is None:
        check.refuse(
            f"{half}_start", _("Écrivez l’heure de début et l’heure de fin, comme 09:00 et 12:00.")
        )
        return None
    if last <= first:
        check.refuse(f"{half}_start", _("L’heure de fin doit être après l’heure de début."))
        return None
    return first, last


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.replace("h", ":").replace(" ", ""))
    except ValueError:
        return None


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (opening_page, open_hours)

"""Moving an appointment: to another time, another place, other agents, by a form (C-60, C-26).

The calendar's drag opens the same form with the new time filled in, so that nothing needs a mouse.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.schemas import Agent
from creneau.appointments import service as appointments
from creneau.appointments.errors import Overlaps
from creneau.appointments.rules import OPEN
from creneau.appointments.schemas import AgendaEntry, PlacingRequest
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.places import service as places
from creneau.places.schemas import Place
from creneau.refusals import ChangedMeanwhile, InvalidInput, Refusal
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import stale
from creneau_web.auth.rules import local_path
from creneau_web.backoffice import reach, seen
from creneau_web.backoffice.agenda.outside import outside_of
from creneau_web.backoffice.agenda.times import read_date, read_minutes, read_time
from creneau_web.backoffice.appointment import href_of
from creneau_web.forms import Form, form
from creneau_web.planning.clocks import missing, which_of_two
from creneau_web.rendering import page

ONE: Final = "/agents/rendez-vous/{booking_id:uuid}/deplacement"
AnyRequest = Request[Any, Any, Any]
Values = Mapping[str, Any]


class Taker(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes part or may; `agent` is None for a room, and for an agent out of reach."""

    id: UUID
    label: str
    agent: Agent | None


@get(ONE, opt=permission(reach.UPDATE))
async def move_page(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Ask for the new time, place and agents; the address may name them, as a drag does."""
    entry = await _movable(booking_id)
    if entry is None:
        return Redirect(href_of(booking_id), status_code=303)
    asked = request.query_params
    values = _start(entry, ZoneInfo(entry.time_zone))
    values |= _dragged(values, asked.get("debut", ""), asked.get("de", ""), asked.get("a", ""))
    values["place"] = asked.get("lieu", "") or values["place"]
    return await _page(request, entry, values, way=_way(asked.get("retour", ""), entry))


@post(ONE, opt=permission(reach.UPDATE), status_code=200)
async def move(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Move it, or say beside what was typed why it cannot be."""
    entry = await _movable(booking_id)
    typed = await form(request)
    if entry is None:
        return await _not_movable(booking_id, typed)
    way = _way(typed.text("retour"), entry)
    try:
        wish = await _read(typed, entry)
        await appointments.put_elsewhere(booking_id, wish, reach.actor())
    except InvalidInput as wrong:
        shown = seen.again(typed)
        return await _page(request, entry, _typed(typed), way=way, errors=wrong.fields, shown=shown)
    except ChangedMeanwhile:
        fresh = await _movable(booking_id)
        if fresh is None:
            return await _not_movable(booking_id, typed)
        changes = stale.changes(typed, seen.facts(fresh))
        return await _page(request, fresh, _typed(typed), way=way, changes=changes, status=409)
    except Refusal as refusal:
        over = isinstance(refusal, Overlaps)
        more: dict[str, Any] = {"refused": str(refusal), "overlaps": over, "status": 409}
        return await _page(request, entry, _typed(typed), way=way, shown=seen.again(typed), **more)
    flashes.add("success", _said(entry, wish))
    return Redirect(way, status_code=303)


async def _movable(booking_id: UUID) -> AgendaEntry | None:
    """Read an appointment that may be moved; None where it stands for good, or has a seat only."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    if booking.state not in OPEN or booking.group_session:
        return None
    return await appointments.entry(booking_id)


async def _not_movable(booking_id: UUID, typed: Form) -> Redirect:
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    flashes.add("warning", seen.said(typed, booking))
    return Redirect(href_of(booking_id), status_code=303)


def _start(entry: AgendaEntry, zone: ZoneInfo) -> dict[str, Any]:
    starts_at = entry.starts_at.astimezone(zone)
    return {
        "day": starts_at.date().isoformat(),
        "time": f"{starts_at:%H:%M}",
        "minutes": str(int((entry.ends_at - entry.starts_at).total_seconds() // 60)),
        "place": str(entry.place_id),
        "agents": [str(one) for one in entry.resource_ids],
        "notify": "yes",
        "reason": "",
        "outside": "",
    }


def _dragged(values: Values, start: str, left: str, taken: str) -> dict[str, Any]:
    """Give what a drag changes: the start, and whose agenda it leaves for whose."""
    found: dict[str, Any] = {}
    try:
        moved = datetime.fromisoformat(start)
    except ValueError:
        return found
    found |= {"day": moved.date().isoformat(), "time": f"{moved:%H:%M}"}
    if left and taken:
        others = [one for one in values["agents"] if one not in {left, taken}]
        found["agents"] = [taken, *others]
    return found


def _typed(typed: Form) -> dict[str, Any]:
    names = ("day", "time", "minutes", "place", "reason", "notify", "outside")
    return {**{name: typed.text(name) for name in names}, "agents": typed.texts("agents")}


def _way(asked: str, entry: AgendaEntry) -> str:
    return local_path(asked, href_of(entry.id))


async def _read(typed: Form, entry: AgendaEntry) -> PlacingRequest:
    wrong: dict[str, str] = {}
    day = read_date(typed.text("day"), "day", wrong)
    at = read_time(typed.text("time"), "time", wrong)
    minutes = read_minutes(typed.text("minutes"), "minutes", wrong)
    place_id = await _place(typed.text("place"), entry, wrong)
    chosen = [one for one in await _takers(entry) if str(one.id) in typed.texts("agents")]
    if not chosen:
        wrong["agents"] = _("Choisissez au moins un agent.")
    if day and at is not None and (sentence := missing(day, at, entry.time_zone)):
        wrong["time"] = sentence
    if wrong or day is None or at is None or minutes is None:
        raise InvalidInput(wrong)
    starts_at = _moment(entry, day, at)
    if typed.text("outside") != "yes":
        await _warn(chosen, starts_at, starts_at + timedelta(minutes=minutes))
    return PlacingRequest(
        starts_at=starts_at,
        duration_minutes=minutes,
        place_id=place_id,
        resource_ids=[one.id for one in chosen],
        seen=typed.text(seen.VERSION),
        force_reason=typed.text("reason"),
        notify=typed.text("notify") == "yes",
    )


def _moment(entry: AgendaEntry, day: date, at: time) -> datetime:
    """Read a local time; one that is left as it was stays the same of two, when clocks go back."""
    zone = ZoneInfo(entry.time_zone)
    stands = entry.starts_at.astimezone(zone)
    same = (day, at) == (stands.date(), stands.time().replace(second=0, microsecond=0, fold=0))
    return stands if same else datetime.combine(day, at, zone)


async def _warn(chosen: Sequence[Taker], starts_at: datetime, ends_at: datetime) -> None:
    agents = [one.agent for one in chosen if one.agent is not None]
    sentence = await outside_of(agents, starts_at, ends_at)
    if sentence:
        raise InvalidInput({"outside": sentence})


async def _place(typed: str, entry: AgendaEntry, wrong: dict[str, str]) -> UUID:
    offered = {str(one.id): one.id for one in await _places(entry)}
    if typed not in offered:
        wrong["place"] = _("Choisissez un lieu de la liste.")
    return offered.get(typed, entry.place_id)


async def _places(entry: AgendaEntry) -> list[Place]:
    own = await places.place(entry.place_id)
    return await places.places(own.organisation_id)


async def _takers(entry: AgendaEntry) -> list[Taker]:
    """List who may take part: whoever does now, and the agents within reach."""
    visible = {one.id: one for one in await reach.visible_agents(reach.UPDATE)}
    now_there = zip(entry.resource_ids, entry.resource_labels, strict=True)
    found = [Taker(id=one, label=label, agent=visible.get(one)) for one, label in now_there]
    others = [one for one in visible.values() if one.id not in entry.resource_ids]
    return [*found, *(Taker(id=one.id, label=one.display_name, agent=one) for one in others)]


async def _page(  # noqa: PLR0913 - a form, and all that can be said of it
    request: AnyRequest,
    entry: AgendaEntry,
    values: Values,
    *,
    way: str,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
    overlaps: bool = False,
    changes: Sequence[stale.Change] | None = None,
    shown: Mapping[str, str] | None = None,
    status: int | None = None,
) -> Template:
    zone = ZoneInfo(entry.time_zone)
    framed = "hx-request" in request.headers
    return page(
        "agenda/move_form.html" if framed else "agenda/move.html",
        status=status or (422 if errors else 200),
        entry=entry,
        starts_at=entry.starts_at.astimezone(zone),
        ends_at=entry.ends_at.astimezone(zone),
        places=[(str(one.id), one.name) for one in await _places(entry)],
        takers=[(str(one.id), one.label) for one in await _takers(entry)],
        values=values,
        errors=errors or {},
        refused=refused,
        overlaps=overlaps or bool(values["reason"]),
        changes=changes,
        seen=shown or seen.fields(entry),
        way=way,
        framed=framed,
    )


def _said(entry: AgendaEntry, wish: PlacingRequest) -> str:
    sentence = _(
        "Le rendez-vous de %(name)s est déplacé au %(when)s.",
        name=f"{entry.first_name} {entry.last_name}",
        when=moment(wish.starts_at),
    )
    sentence = " ".join(filter(None, [sentence, which_of_two(wish.starts_at)]))
    if wish.notify:
        return sentence
    return sentence + " " + _("La personne n’est pas prévenue : pensez à l’appeler.")


ROUTES = (move_page, move)

"""The calendar's data: what stands on some agendas between two days, as one JSON answer (C-60)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agenda import service as agenda
from creneau.refusals import NotFound
from litestar import get
from litestar.params import FromQuery

from creneau_web.access import permission
from creneau_web.backoffice import reach
from creneau_web.backoffice.agenda.asked import HOME, agents_of, midnight
from creneau_web.backoffice.agenda.rows import Ground, Row, grounds_of, rows_of
from creneau_web.backoffice.agenda.words import status_text
from creneau_web.backoffice.agendas import detail
from creneau_web.backoffice.day import day_asked

LONGEST: Final = timedelta(days=45)
EVENTS: Final = f"{HOME}/evenements"


class Event(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An event as the page's calendar takes it; the times are those of the agenda's clocks."""

    id: str
    resource_ids: Sequence[UUID]
    start: str
    end: str
    title: str
    display: str
    class_names: Sequence[str]
    styles: Sequence[str]
    start_editable: bool
    extended_props: dict[str, Any]
    all_day: bool = False


@get(EVENTS, opt=permission(reach.READ))
async def events(
    agents: FromQuery[str] = "",
    debut: FromQuery[str] = "",
    fin: FromQuery[str] = "",
    statut: FromQuery[str] = "",
) -> list[Event]:
    """Give what stands on agendas within reach, in as many statements for one as for several."""
    shown = await agents_of(await reach.visible_agents(), agents.split(","))
    if not shown:
        raise NotFound
    ids = [agent.id for agent in shown]
    zone = await agenda.zone_of(ids[0])
    bounds = _bounds(debut, fin, zone)
    found = await agenda.read(ids, *bounds)
    editable = frozenset(agent.id for agent in await reach.visible_agents(reach.UPDATE))
    grounds = grounds_of(found, ids, bounds, reach.signed_in_agent().id)
    rows = rows_of(found, zone, status=statut)
    return [*map(_ground, grounds), *(_event(row, editable) for row in rows)]


def _bounds(first: str, end: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = day_asked(first)
    stop = max(start + timedelta(days=1), min(day_asked(end), start + LONGEST))
    return midnight(start, zone), midnight(stop, zone)


def _ground(ground: Ground) -> Event:
    return Event(
        id=f"{ground.kind}-{ground.agent_ids[0]}-{ground.starts_at.isoformat()}",
        resource_ids=ground.agent_ids,
        start=_on_the_clock(ground.starts_at),
        end=_on_the_clock(ground.ends_at),
        title=ground.text,
        display="background",
        class_names=(f"ground-{ground.kind}",),
        styles=(),
        start_editable=False,
        extended_props={"kind": ground.kind},
    )


def _event(row: Row, editable: frozenset[UUID]) -> Event:
    movable = bool(row.move_href) and not editable.isdisjoint(row.agent_ids)
    return Event(
        id=str(row.id),
        resource_ids=row.agent_ids,
        start=_on_the_clock(row.starts_at),
        end=_on_the_clock(row.ends_at),
        title=row.title,
        display="auto",
        class_names=("rdv", f"rdv-{row.status or 'session'}"),
        styles=(f"--motive:{row.colour}",),
        start_editable=movable,
        extended_props={
            "kind": "booking",
            "href": row.href or _session_href(row),
            "move": row.move_href if movable else "",
            "motive": detail(row.motive, confidential=row.confidential),
            "place": row.place,
            "status": row.status,
            "statusText": status_text(row.status),
        },
    )


def _session_href(row: Row) -> str:
    day: date = row.starts_at.date()
    return f"{HOME}/{row.agent_ids[0]}?vue=jour&date={day.isoformat()}&tableau=oui#seance-{row.id}"


def _on_the_clock(moment: datetime) -> str:
    # Without an offset: the calendar shows it as it is, in whatever zone the browser is.
    return moment.replace(tzinfo=None).isoformat()

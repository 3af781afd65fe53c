"""The agent's day, and what waits for the agent (C-60, C-61, C-65)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from creneau.agents.schemas import Agent
from creneau.calendars import service as calendars
from creneau_infra.clock import now
from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.setting.draft import href
from creneau_web.rendering import page


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """Where the day's page leads."""

    day_before: str
    day_after: str
    today: str | None
    to_fill: str
    waiting: str
    sheet: str
    here: str


@get("/agents", opt=permission(reach.READ))
async def day_page(jour: FromQuery[str] = "", agent: FromQuery[str] = "") -> Template:
    """Show a day of an agent's agenda, one's own today unless asked otherwise."""
    visible = await reach.visible_agents()
    shown = await reach.chosen_agent(visible, agent)
    day = day_asked(jour)
    rows = await agendas.of_day(shown.id, day)
    own = shown.id == reach.signed_in_agent().id
    editable = {one.id for one in await reach.visible_agents(reach.UPDATE)}
    return page(
        "backoffice/day.html",
        # A secretariat has no agenda of its own: its day begins with those of others.
        colleagues=await agendas.of_colleagues(visible, day) if own and not rows else (),
        day=day,
        is_today=day == agendas.today(),
        now=now().astimezone(agendas.zone()),
        rows=[row for row in rows if row.status not in agendas.FREED],
        freed=[row for row in rows if row.status in agendas.FREED],
        elsewhere=await agendas.busy_elsewhere(shown.id, day, own=own),
        conflicts=len(await calendars.conflicts(shown.id)) if own else 0,
        to_fill=len(await agendas.to_fill(shown.id)),
        waiting=len(await agendas.waiting(shown.id)),
        links=_links(shown, day),
        new_href=href(agent=shown.id) if shown.id in editable else None,
        **_whose(visible, shown),
    )


@get("/agents/a-renseigner", opt=permission(reach.READ))
async def to_fill_page(agent: FromQuery[str] = "") -> Template:
    """List the past appointments that have no status yet."""
    visible = await reach.visible_agents()
    shown = await reach.chosen_agent(visible, agent)
    rows = agendas.by_day(await agendas.to_fill(shown.id))
    return page("backoffice/to_fill.html", days=rows, **_whose(visible, shown))


@get("/agents/salle-d-attente", opt=permission(reach.READ))
async def waiting_page(agent: FromQuery[str] = "") -> Template:
    """List who has arrived today and waits."""
    visible = await reach.visible_agents()
    shown = await reach.chosen_agent(visible, agent)
    rows = await agendas.waiting(shown.id)
    here = agendas.href("/agents/salle-d-attente", shown.id)
    return page("backoffice/waiting.html", rows=rows, here_href=here, **_whose(visible, shown))


def day_asked(text: str) -> date:
    """Read the day of an address; today where it is none."""
    # A hand-written address may say anything; the day that it is helps more than an error.
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return agendas.today()
    return day if abs((day - agendas.today()).days) < 36_500 else agendas.today()  # noqa: PLR2004 - a century either way keeps dates writable


def _links(shown: Agent, day: date) -> Links:
    today = agendas.today()
    return Links(
        day_before=agendas.href("/agents", shown.id, day - timedelta(days=1)),
        day_after=agendas.href("/agents", shown.id, day + timedelta(days=1)),
        today=agendas.href("/agents", shown.id, today) if day != today else None,
        to_fill=agendas.href("/agents/a-renseigner", shown.id),
        waiting=agendas.href("/agents/salle-d-attente", shown.id),
        sheet=agendas.href("/agents/feuille-du-jour.pdf", shown.id, day),
        here=agendas.href("/agents", shown.id, day),
    )


def _whose(visible: Sequence[Agent], shown: Agent) -> dict[str, Any]:
    return {
        "visible": visible,
        "shown": shown,
        "own": shown.id == reach.signed_in_agent().id,
        "back_href": agendas.href("/agents", shown.id),
    }

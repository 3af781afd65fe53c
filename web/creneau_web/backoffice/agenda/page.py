"""The agenda of an agent, alone or beside others: the calendar, and the same as a table (C-60, C-61)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from creneau.agenda import service as agenda
from creneau.agents.schemas import Agent
from creneau.i18n import current_locale, day, short_day
from creneau.i18n import gettext as _
from creneau_infra.clock import now
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.agenda import asked as asking
from creneau_web.backoffice.agenda.asked import HOME, MOST_BESIDE, STATUSES, VIEWS, Asked
from creneau_web.backoffice.agenda.events import EVENTS
from creneau_web.backoffice.agenda.rows import by_day, grounds_of, rows_of
from creneau_web.backoffice.agenda.words import status_text
from creneau_web.backoffice.setting.draft import href
from creneau_web.rendering import page

AnyRequest = Request[Any, Any, Any]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the agenda's head."""

    label: str
    href: str
    active: bool = False


@get(HOME, opt=permission(reach.READ))
async def own_page(request: AnyRequest) -> Template:
    """Show one's own agenda."""
    return await _page(request, reach.signed_in_agent().id)


@get(HOME + "/{agent_id:uuid}", opt=permission(reach.READ))
async def agent_page(request: AnyRequest, agent_id: FromPath[UUID]) -> Template:
    """Show the agenda of an agent within reach."""
    return await _page(request, agent_id)


async def _page(request: AnyRequest, agent_id: UUID) -> Template:
    visible = await reach.visible_agents()
    await reach.chosen_agent(visible, str(agent_id))
    asked = await asking.asked(request, visible, agent_id, await agenda.zone_of(agent_id))
    ids = [agent.id for agent in asked.agents]
    found = await agenda.read(ids, *asked.bounds())
    rows = rows_of(found, asked.zone, status=asked.status)
    grounds = grounds_of(found, ids, asked.bounds(), reach.signed_in_agent().id)
    editable = {one.id for one in await reach.visible_agents(reach.UPDATE)}
    local_now = now().astimezone(asked.zone)
    return page(
        "agenda/page.html",
        asked=asked,
        shown=asked.agents[0],
        own=agent_id == reach.signed_in_agent().id,
        days=by_day(rows, grounds, asked),
        number=len(rows),
        title=title_of(asked),
        now=local_now,
        today=local_now.date(),
        links=_links(asked),
        beside=[_without(asked, one) for one in asked.agents[1:]],
        room=len(asked.agents) <= MOST_BESIDE,
        alone=len(visible) == 1,
        calendar=None if asked.table or asked.view == "liste" else _calendar(asked, ids),
        editable=editable,
        new_href=href(agent=agent_id) if agent_id in editable else None,
        status_text=status_text,
        offset=_offset(local_now.strftime("%z")),
    )


def title_of(asked: Asked) -> str:
    """Name the time that is shown."""
    if asked.view == "jour":
        return day(asked.day)
    if asked.view == "mois":
        return day(asked.first).split(" ", 2)[2]
    if asked.view == "semaine":
        return _("Semaine du %(first)s", first=day(asked.first))
    return _("Du %(first)s au %(last)s", first=short_day(asked.first), last=day(asked.last))


def _links(asked: Asked) -> dict[str, Any]:
    today = agendas.today()
    words = {
        "jour": _("Jour"),
        "semaine": _("Semaine"),
        "mois": _("Mois"),
        "liste": _("Liste"),
    }
    return {
        "views": [
            Way(label=words[view], href=asked.href(view=view), active=view == asked.view)
            for view in VIEWS
        ],
        "before": asked.href(day=asked.before),
        "after": asked.href(day=asked.after),
        "today": asked.href(day=today),
        "is_today": asked.first <= today <= asked.last,
        "here": asked.href(),
        "a_day": asked.href(view="jour"),
        "table": asked.href(table=True),
        "calendar": asked.href(table=False),
        "statuses": [
            Way(label=_("Tous les RDV"), href=asked.href(status=""), active=not asked.status),
            *(
                Way(
                    label=status_text(one),
                    href=asked.href(status=one),
                    active=one == asked.status,
                )
                for one in STATUSES
            ),
        ],
        "day": {one: asked.href(view="jour", day=one) for one in _days(asked)},
    }


def _days(asked: Asked) -> Sequence[Any]:
    from_, to = asked.first.toordinal(), asked.last.toordinal()
    return [asked.first.fromordinal(one) for one in range(from_, to + 1)]


def _without(asked: Asked, agent: Agent) -> Way:
    others = [one for one in asked.agents if one != agent]
    return Way(label=agent.display_name, href=asked.href(agents=others))


def _calendar(asked: Asked, ids: Sequence[UUID]) -> dict[str, Any]:
    return {
        "source": f"{EVENTS}?agents={','.join(str(one) for one in ids)}&statut={asked.status}",
        "view": asked.view,
        "date": asked.day.isoformat(),
        "locale": "fr-FR" if current_locale.get() == "fr" else "en-GB",
        "agents": [{"id": str(one.id), "title": one.display_name} for one in asked.agents],
    }


def _offset(written: str) -> str:
    # As the calendar takes it: its line of the present follows the agenda's clock.
    return f"{written[:3]}:{written[3:5]}"

"""The menu of agendas with its search: whoever is within reach, by name (C-61)."""

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from creneau.agenda import service as agenda
from creneau.agents.schemas import Agent
from litestar import Request, get
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.backoffice import reach
from creneau_web.backoffice.agenda import asked as asking
from creneau_web.backoffice.agenda.asked import HOME, MOST_BESIDE, Asked
from creneau_web.backoffice.agenda.page import Way
from creneau_web.rendering import page

MOST: Final = 40
"""How many names are listed; more words find the others."""


@get(f"{HOME}/agents", opt=permission(reach.READ))
async def picker(request: Request[Any, Any, Any]) -> Template:
    """List the agendas within reach whose agent's name has all the words that are typed.

    The same address answers the menu, name by name, and whoever has no scripts.
    """
    visible = await reach.visible_agents()
    typed = request.query_params.get("q", "")[:100]
    asked = await _asked(request, visible)
    found = [agent for agent in visible if matches(agent, typed)]
    return page(
        "agenda/picked.html" if "hx-request" in request.headers else "agenda/picker.html",
        typed=typed,
        entries=[_entry(asked, agent) for agent in found[:MOST]],
        more=max(0, len(found) - MOST),
        asked=asked,
    )


async def _asked(request: Request[Any, Any, Any], visible: Sequence[Agent]) -> Asked:
    shown = await reach.chosen_agent(visible, request.query_params.get("agent", ""))
    return await asking.asked(request, visible, shown.id, await agenda.zone_of(shown.id))


def _entry(asked: Asked, agent: Agent) -> dict[str, Any]:
    shown = agent in asked.agents
    full = len(asked.agents) > MOST_BESIDE
    return {
        "alone": Way(label=agent.display_name, href=asked.href(agents=[agent]), active=shown),
        "own": agent.id == reach.signed_in_agent().id,
        "beside": "" if shown or full else asked.href(agents=[*asked.agents, agent]),
    }


def matches(agent: Agent, typed: str) -> bool:
    """Tell whether each word that is typed begins a part of the name, accents and case aside."""
    names = _plain(agent.display_name).replace("-", " ").split()
    words = _plain(typed).replace("-", " ").split()
    return all(any(name.startswith(word) for name in names) for word in words)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))

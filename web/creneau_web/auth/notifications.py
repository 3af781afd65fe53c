"""About which appointments an agent is written to, on the agent's own account (C-80)."""

from typing import Any, Final, get_args

from creneau.i18n import gettext as _
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import AgentPreference, Scope
from creneau.refusals import InvalidInput, NotFound
from litestar import Request, post
from litestar.response import Redirect

from creneau_web import flashes
from creneau_web.access import own_account
from creneau_web.forms import form
from creneau_web.visit import visit

PATH: Final = "/agents/compte/messages"
KINDS: Final = ("taken", "moved", "cancelled")


@post(PATH, opt=own_account(), status_code=303)
async def choose(request: Request[Any, Any, Any]) -> Redirect:
    """Keep about which appointments the agent is written to."""
    agent = visit().agent
    if agent is None:
        raise NotFound
    typed = await form(request)
    scope = next((one for one in get_args(Scope) if one == typed.text("scope")), None)
    if scope is None:
        raise InvalidInput({"scope": _("Choisissez dans la liste.")})
    wish = AgentPreference(scope=scope, **{kind: bool(typed.text(kind)) for kind in KINDS})
    await preferences.choose_of_agent(agent.id, wish)
    flashes.add("success", _("Votre choix est enregistré."))
    return Redirect("/agents/compte#notifications", status_code=303)


def scopes() -> list[tuple[Scope, str]]:
    """Name the choices, the usual one first."""
    return [
        ("own", _("Mes rendez-vous")),
        ("reach", _("Tous ceux des agendas que je peux ouvrir")),
        ("none", _("Aucun : je regarde mon agenda")),
    ]

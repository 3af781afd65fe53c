"""The way out of a colleague's eyes (T-08)."""

from typing import Any, Final

from creneau.i18n import gettext as _
from litestar import Request, post
from litestar.response import Redirect

from creneau_web import flashes
from creneau_web.access import ALWAYS, signed_in
from creneau_web.auth import looking
from creneau_web.visit import visit

END: Final = "/agents/vue/fin"


@post(END, opt={**signed_in(), ALWAYS: True}, status_code=303)
async def end_visit(request: Request[Any, Any, Any]) -> Redirect:
    """Come back to one's own eyes."""
    here = visit()
    if here.viewer is None:
        return Redirect("/agents", status_code=303)
    seen = here.agent
    await looking.end(request, here.viewer.id)
    flashes.add("success", _("Vous voyez à nouveau votre propre espace."))
    back = f"/administration/agents/{seen.id}" if seen else "/agents"
    return Redirect(back, status_code=303)


ROUTES = (end_visit,)

"""The plugin's page; each route says who may call it, and has the plugin's name in its path."""

from creneau_web.ui import page, permission
from litestar import get
from litestar.response import Template

from creneau_choir.contributions import VOICES
from creneau_choir.service import counted

HREF = "/agents/choir/voix"


@get(HREF, opt=permission("voice:read"))
async def voices_page() -> Template:
    """Count the voices."""
    return page("choir/voices.html", counted=await counted(), labels=dict(VOICES))


ROUTES = (voices_page,)

"""A short address, as it stands on a poster or in a letter (C-46)."""

from creneau.sharing import service as sharing
from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect

from creneau_web.access import public
from creneau_web.public.addresses import page_of
from creneau_web.throttling import limit


@get("/r/{short_name:str}", opt=public())
async def go_on(short_name: FromPath[str]) -> Redirect:
    """Lead to the page that a short address stands for."""
    await limit("short_address")
    found = await sharing.named(short_name)
    return Redirect(page_of(found))

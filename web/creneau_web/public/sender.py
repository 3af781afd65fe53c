"""The link of a mail that asks whether a tenant's mails may come from an address (C-80)."""

from creneau_tenants.mailing import service
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template

from creneau_web.access import public
from creneau_web.rendering import page
from creneau_web.throttling import limit


@get("/expediteur/{sender_token:str}", opt=public())
async def ask(sender_token: FromPath[str]) -> Template:
    """Ask whether the address may be used; opening the link changes nothing."""
    await limit("link")
    address = await service.confirmation(sender_token)
    return page("public/sender.html", address=address, token=sender_token, done=False)


@post("/expediteur/{sender_token:str}", opt=public(), status_code=200)
async def confirm(sender_token: FromPath[str]) -> Template:
    """Let mails come from the address."""
    await limit("link")
    address = await service.confirm(sender_token)
    return page("public/sender.html", address=address, token="", done=True)

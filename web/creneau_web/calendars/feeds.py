"""Private addresses of calendars: whoever knows one reads it, until its owner ends it (C-83)."""

from typing import Any, Final

from creneau.calendars import service as calendars
from creneau.calendars.schemas import Access
from creneau.refusals import NotFound
from litestar import Request, Response, get
from litestar.params import FromPath

from creneau_web.access import public
from creneau_web.calendars.conditions import http_date, is_known
from creneau_web.throttling import limit
from creneau_web.visit import visit

HOME: Final = "/calendrier"
FILE: Final = "/rendez-vous.ics"
AnyRequest = Request[Any, Any, Any]


def address_of(secret: str) -> str:
    """Give the address to subscribe to."""
    return f"{visit().origin}{HOME}/{secret}{FILE}"


@get(HOME + "/{calendar_secret:str}" + FILE, opt=public())
async def feed(request: AnyRequest, calendar_secret: FromPath[str]) -> Response[bytes]:
    """Answer a calendar, or that nothing is new."""
    access = await _access(calendar_secret)
    await limit("calendar", str(access.id))
    found = await calendars.feed(access)
    headers = {
        "etag": found.etag,
        "last-modified": http_date(found.changed_at),
        "cache-control": "private, max-age=300",
    }
    if is_known(request.headers, found.etag, found.changed_at):
        return Response(b"", status_code=304, headers=headers, media_type=None)
    return Response(
        found.content,
        media_type="text/calendar",
        headers={**headers, "content-disposition": 'inline; filename="rendez-vous.ics"'},
    )


async def _access(secret: str) -> Access:
    try:
        return await calendars.access_of(secret)
    except NotFound:
        # Who tries one address after the other learns nothing, and not quickly.
        await limit("calendar_unknown")
        raise

"""The open feed at its two addresses, for the national map and whoever reuses it (D-09)."""

from collections.abc import Mapping
from typing import Any, Final

from creneau_web.ui import limit, public
from litestar import Request, Response, get

from creneau_digital_aid.feed import service
from creneau_digital_aid.feed.schemas import Form

JSON: Final = "/digital-aid/lieux.json"
CSV: Final = "/digital-aid/lieux.csv"
# Nobody has to wait longer than a minute for a change, and a crowd asks once.
OPEN_HEADERS: Final[Mapping[str, str]] = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "public, max-age=30",
    "vary": "accept-encoding",
}
MEDIA_TYPES: Final[Mapping[Form, str]] = {
    "json": "application/json",
    "csv": "text/csv",
}


@get(JSON, opt=public())
async def json_feed(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give every place in the national schema, as JSON."""
    return await _answer(request, "json")


@get(CSV, opt=public())
async def csv_feed(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give every place in the national schema, as CSV."""
    return await _answer(request, "csv")


async def _answer(request: Request[Any, Any, Any], form: Form) -> Response[bytes]:
    await limit("open_data")
    feed = await service.feed(form)
    packs = "gzip" in request.headers.get("accept-encoding", "")
    plain, packed = f'"{feed.mark}"', f'"{feed.mark}-gzip"'
    headers = {**OPEN_HEADERS, "etag": packed if packs else plain}
    media_type = MEDIA_TYPES[form]
    if _known(request) & {plain, packed, "*"}:
        return Response(b"", status_code=304, media_type=media_type, headers=headers)
    if not packs:
        return Response(feed.plain, media_type=media_type, headers=headers)
    headers["content-encoding"] = "gzip"
    body = await service.packed(form, feed)
    return Response(body, media_type=media_type, headers=headers)


def _known(request: Request[Any, Any, Any]) -> set[str]:
    named = request.headers.get("if-none-match", "").split(",")
    return {one.strip().removeprefix("W/") for one in named}


ROUTES: Final = (json_feed, csv_feed)

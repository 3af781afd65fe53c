"""The routes of `/api/v1`: the host chooses the tenant, a token lets a program in (T-13)."""

from typing import Final

import msgspec
from creneau.appointments.errors import SlotTaken
from creneau.i18n import current_locale
from litestar import Response, Router, get
from litestar.handlers import HTTPRouteHandler

from creneau_web.access import public
from creneau_web.api.bookings import book, cancel, hold, move, read_booking
from creneau_web.api.catalogue import list_motives, list_places
from creneau_web.api.openapi import PREFIX, document
from creneau_web.api.problems import slot_taken
from creneau_web.api.slots import find_slots, next_slots

OPERATIONS: Final[list[HTTPRouteHandler]] = [
    list_motives,
    list_places,
    find_slots,
    next_slots,
    hold,
    book,
    read_booking,
    cancel,
    move,
]


@get("/openapi.json", name="api.openapi", opt=public())
async def openapi() -> Response[bytes]:
    """Describe the interface in the reader's language (T-13)."""
    headers = {"content-language": current_locale.get(), "vary": "Accept-Language"}
    written = msgspec.json.format(msgspec.json.encode(document(OPERATIONS)))
    return Response(written, media_type="application/json", headers=headers)


ROUTES: Final = [
    Router(
        PREFIX, route_handlers=[*OPERATIONS, openapi], exception_handlers={SlotTaken: slot_taken}
    )
]

"""Refusals as programs read them (RFC 9457); a taken slot names the nearest that are free."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, cast

import msgspec
from creneau.appointments.errors import SlotTaken
from creneau.availability.schemas import Slot
from litestar import Request, Response

from creneau_web.api.schemas import SlotShown
from creneau_web.errors import problem_of, written


def slot_taken(request: Request[Any, Any, Any], error: SlotTaken) -> Response[bytes]:
    """Answer that somebody was quicker, with up to three other slots, in UTC."""
    content, media_type = written(problem_of(error), request.scope["path"])
    nearest = cast("Sequence[Slot]", error.details.get("nearest", ()))
    told = msgspec.json.decode(content) | {"nearest": [_shown(slot) for slot in nearest]}
    return Response(msgspec.json.encode(told), status_code=error.status, media_type=media_type)


def _shown(slot: Slot) -> SlotShown:
    return SlotShown(
        start=slot.starts_at.astimezone(UTC),
        end=slot.ends_at.astimezone(UTC),
        place=slot.place_id,
        resources=slot.resource_ids,
        seats_left=slot.seats_left,
        session=slot.appointment_id,
    )

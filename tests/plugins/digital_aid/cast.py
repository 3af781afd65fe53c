"""Paula of the Mission locale books for learners."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from creneau.appointments.schemas import Booking, ConfirmRequest
from creneau.contributions import BookingFields
from creneau.database import Transaction
from creneau.people.schemas import Identity
from creneau.plugins import active
from creneau.testing.factories import Town, new_booking

PAULA: Mapping[str, str] = {
    "digital_aid_prescribing": "yes",
    "digital_aid_name": "Paula Roche",
    "digital_aid_structure": "Mission locale",
    "digital_aid_email": "Paula.Roche@exemple.fr",
    "digital_aid_phone": "01 23 45 67 89",
}


def fields() -> BookingFields:
    """Give the plugin's group of fields, as the core asks for it."""
    (group,) = active().booking_fields()
    return group


def said(**changes: str) -> dict[str, str]:
    """Give what Paula types, with some of it changed: `said(email="")`."""
    return {**PAULA, **{f"digital_aid_{name}": value for name, value in changes.items()}}


async def prescribe(tx: Transaction, booking_id: UUID) -> None:
    """Let Paula have made a booking."""
    await fields().save(tx, booking_id, PAULA)


async def prescribed_booking(town: Town, **changes: Any) -> Booking:
    """Let Paula book for Zoé, who has no e-mail address, by the core's own way."""
    request: dict[str, Any] = {
        "identity": Identity(first_name="Zoé", last_name="Petit"),
        "instructions_accepted": True,
        "values": PAULA,
        **changes,
    }
    return await new_booking(town, ConfirmRequest(**request))

"""Examples of the interface's description; a test reads each as what it is an example of."""

from typing import Any, Final

JSON = dict[str, Any]

MOTIVE: Final = "0199aaf0-1c4e-7a10-8a51-3f2f7c7e2b01"
PLACE: Final = "0199aaf0-2d5f-7b21-9b62-4a3a8d8f3c02"
AGENT: Final = "0199aaf0-3e60-7c32-8c73-5b4b9e9a4d03"
BOOKING: Final = "0199ab12-4f71-7d43-9d84-6c5cafab5e04"
ORGANISATION: Final = "0199aaf0-5082-7e54-8e95-7d6db0bc6f05"
SERVICE: Final = "0199aaf0-6193-7f65-9fa6-8e7ec1cd7006"
START: Final = "2026-11-24T09:30:00+01:00"
END: Final = "2026-11-24T10:00:00+01:00"

_SLOT: Final[JSON] = {
    "start": START,
    "end": END,
    "place": PLACE,
    "resources": [AGENT],
    "seats_left": 1,
}

MOTIVES: Final[JSON] = {
    "motives": [
        {
            "id": MOTIVE,
            "organisation": ORGANISATION,
            "service": SERVICE,
            "name": "Carte d’identité",
            "description": "Première demande ou renouvellement.",
            "category": "Titres d’identité",
            "location_type": "on_site",
            "duration_minutes": 30,
            "capacity": 1,
            "minimum_notice_minutes": 60,
            "maximum_notice_minutes": 86400,
            "instructions_before": "Remplissez la pré-demande en ligne.",
            "instructions_after": "Apportez une photo et un justificatif de domicile.",
            "cancellation_warning": "",
            "questions": [
                {
                    "name": "question_0199aaf07c107f668fb79f8fd2de8107",
                    "question": "Avez-vous déjà une carte d’identité ?",
                    "hint": "",
                    "required": True,
                    "options": ["yes", "no"],
                }
            ],
        }
    ]
}

PLACES: Final[JSON] = {
    "places": [
        {
            "id": PLACE,
            "organisation": ORGANISATION,
            "name": "Mairie principale",
            "address": "1 place de la mairie, 63000 Clermont-Ferrand",
            "phone": "+33473000000",
            "access_information": "Entrée par la cour, de plain-pied.",
            "time_zone": "Europe/Paris",
            "latitude": 45.7772,
            "longitude": 3.087,
        }
    ]
}

SLOTS: Final[JSON] = {"slots": [_SLOT]}
NEXT: Final[JSON] = {"next": [{"place": PLACE, "slot": _SLOT}]}

HOLD_GIVEN: Final[JSON] = {"motive": MOTIVE, "start": START, "place": PLACE}
MOVE_GIVEN: Final[JSON] = {"start": START, "place": PLACE}
_PERSON: Final[JSON] = {
    "first_name": "Camille",
    "last_name": "Exemple",
    "email": "camille@exemple.fr",
    "locale": "fr",
}
FROM_HOLD: Final[JSON] = {"hold": BOOKING, "person": _PERSON, "instructions_accepted": True}
STRAIGHT: Final[JSON] = HOLD_GIVEN | {"person": _PERSON, "instructions_accepted": True}

BOOKED: Final[JSON] = {
    "id": BOOKING,
    "state": "planned",
    "motive": MOTIVE,
    "place": PLACE,
    "start": START,
    "end": END,
    "resources": [AGENT],
    "session": None,
    "held_until": None,
    "created_at": "2026-11-20T14:02:11Z",
    "confirmed_at": "2026-11-20T14:03:45Z",
}
HELD: Final[JSON] = BOOKED | {
    "state": "held",
    "held_until": "2026-11-20T14:12:11Z",
    "confirmed_at": None,
}
CANCELLED: Final[JSON] = BOOKED | {"state": "cancelled"}

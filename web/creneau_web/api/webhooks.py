"""What receivers of webhooks are posted, as the description of the interface tells it."""

from typing import Any, Final

from creneau.i18n import gettext as _
from creneau.webhooks.rules import API_VERSION, CHOICES, TEST, TRIED_FOR
from creneau.webhooks.schemas import BookingMessage, TrialMessage

from creneau_web.api import examples

JSON = dict[str, Any]
SHAPES: Final = (BookingMessage, TrialMessage)
EVENT_ID: Final = "0199b02c-5a3e-7c11-8f00-2d6b1f4e9a10"
ENDPOINT_ID: Final = "0199b02b-11d0-7e55-9c21-7a4d8be30f21"


def described(reference: str) -> JSON:
    """Describe what is posted for each event; `reference` leads to a named shape."""
    return {event: {"post": _operation(event, reference)} for event in (*CHOICES, TEST)}


def _operation(event: str, reference: str) -> JSON:
    shape = TrialMessage if event == TEST else BookingMessage
    media: JSON = {
        "schema": {"$ref": reference.format(name=shape.__name__)},
        "examples": {event: {"value": example(event)}},
    }
    return {
        "operationId": "webhook." + event,
        "summary": _summaries()[event],
        "description": _(
            "Envoyé aux adresses réglées dans l’administration, page « Webhooks ». La signature suit"
            " Standard Webhooks. Un même événement peut arriver plusieurs fois, avec le même"
            " identifiant ; l’ordre n’est pas promis : le plus grand « sequence » est le plus récent."
        ),
        "security": [],
        "parameters": _headers(),
        "requestBody": {"required": True, "content": {"application/json": media}},
        "responses": _answers(),
    }


def _headers() -> list[JSON]:
    told = {
        "webhook-id": _("L’identifiant de l’événement, le même à chaque essai."),
        "webhook-timestamp": _("L’heure de l’essai, en secondes depuis 1970."),
        "webhook-signature": _(
            "Une ou plusieurs signatures séparées par une espace : « v1, » puis le HMAC-SHA256 de"
            " l’identifiant, de l’heure et du corps, joints par des points, en base 64."
        ),
    }
    return [
        {
            "name": name,
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": description,
        }
        for name, description in told.items()
    ]


def _answers() -> JSON:
    hours = int(TRIED_FOR.total_seconds() // 3600)
    return {
        "2XX": {"description": _("Reçu : l’événement n’est plus envoyé.")},
        "410": {"description": _("L’adresse ne veut plus d’événements : le webhook est arrêté.")},
        "default": {
            "description": _(
                "Tout autre code, une redirection ou dix secondes sans réponse : l’envoi recommence"
                " pendant %(hours)s heures.",
                hours=hours,
            )
        },
    }


def example(event: str) -> JSON:
    """Give an example of what is posted for an event."""
    told: JSON = {
        "id": EVENT_ID,
        "type": event,
        "api_version": API_VERSION,
        "timestamp": "2026-11-20T14:03:45.120000Z",
    }
    if event == TEST:
        return told | {"data": {"endpoint": ENDPOINT_ID}}
    states = {"booking.cancelled": "cancelled", "booking.to_reschedule": "to_reschedule"}
    states["booking.status_changed"] = "seen"
    return told | {
        "data": {
            "id": examples.BOOKING,
            "state": states.get(event, "planned"),
            "sequence": 0 if event == "booking.created" else 1,
            "motive": examples.MOTIVE,
            "place": examples.PLACE,
            "start": examples.START,
            "end": examples.END,
        }
    }


def _summaries() -> dict[str, str]:
    return {
        "booking.created": _("Un rendez-vous est pris"),
        "booking.moved": _("Un rendez-vous est déplacé"),
        "booking.cancelled": _("Un rendez-vous est annulé"),
        "booking.to_reschedule": _("Un rendez-vous est à replanifier"),
        "booking.status_changed": _("Le statut d’un rendez-vous change"),
        TEST: _("Un essai demandé dans l’administration"),
    }

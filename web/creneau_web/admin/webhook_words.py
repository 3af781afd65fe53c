"""Webhooks in words: their events, how they stand, and what came of each delivery."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.webhooks.rules import TEST
from creneau.webhooks.schemas import Counts, Delivery, Endpoint
from creneau_infra.clock import now

HOME: Final = "/administration/webhooks"


class EndpointRow(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint in the list; times are local to the tenant."""

    href: str
    address: str
    description: str
    events: Sequence[str]
    state: str
    dead: int
    last_delivered_at: datetime | None


class DeliveryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery in the list; times are local to the tenant."""

    href: str
    event: str
    label: str
    at: datetime
    state: str
    answer: str
    attempts: int
    next_try: datetime | None


class EndpointShown(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint on its own page; times are local to the tenant."""

    address: str
    description: str
    events: Sequence[str]
    state: str
    on: bool
    waiting: int
    dead: int
    failing_since: datetime | None
    two_secrets_until: datetime | None
    created_at: datetime


class DeliveryShown(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery on its own page; times are local to the tenant."""

    event_id: str
    event: str
    label: str
    is_test: bool
    state: str
    answer: str
    advice: str
    attempts: int
    noted_at: datetime
    last_at: datetime | None
    next_try: datetime | None
    body: str


def event_labels() -> dict[str, str]:
    """Name each event as an administrator chooses it."""
    return {
        "booking.created": _("Un rendez-vous est pris"),
        "booking.moved": _("Un rendez-vous est déplacé"),
        "booking.cancelled": _("Un rendez-vous est annulé"),
        "booking.to_reschedule": _("Un rendez-vous est à replanifier"),
        "booking.status_changed": _("Son statut change : en salle d’attente, vu, absent"),
    }


def event_names() -> dict[str, str]:
    """Name each event in two or three words, as lists do."""
    return {
        "booking.created": _("Rendez-vous pris"),
        "booking.moved": _("Rendez-vous déplacé"),
        "booking.cancelled": _("Rendez-vous annulé"),
        "booking.to_reschedule": _("Rendez-vous à replanifier"),
        "booking.status_changed": _("Statut changé"),
        TEST: _("Essai"),
    }


def endpoint_states() -> dict[str, str]:
    """Name how an endpoint stands."""
    return {
        "on": _("En service"),
        "paused": _("En pause"),
        "failing": _("Arrêté : ne répond plus"),
        "gone": _("Arrêté à sa demande"),
    }


def delivery_states() -> dict[str, str]:
    """Name how a delivery stands."""
    return {"waiting": _("En attente"), "delivered": _("Arrivé"), "dead": _("Échec")}


def endpoint_row(found: Endpoint, counts: Counts | None) -> EndpointRow:
    """Show an endpoint in the list."""
    names = event_names()
    return EndpointRow(
        href=f"{HOME}/{found.id}",
        address=found.address,
        description=found.description,
        events=[names[event] for event in found.events if event in names],
        state=found.state,
        dead=counts.dead if counts else 0,
        last_delivered_at=_local(counts.last_delivered_at if counts else None),
    )


def endpoint_shown(found: Endpoint, counts: Counts | None) -> EndpointShown:
    """Show an endpoint on its own page."""
    labels = event_labels()
    until = found.two_secrets_until
    return EndpointShown(
        address=found.address,
        description=found.description,
        events=[labels[event] for event in found.events if event in labels],
        state=found.state,
        on=found.state == "on",
        waiting=counts.waiting if counts else 0,
        dead=counts.dead if counts else 0,
        failing_since=_local(found.failing_since),
        two_secrets_until=_local(until) if until is not None and until > now() else None,
        created_at=found.created_at.astimezone(_zone()),
    )


def delivery_row(found: Delivery, endpoint: Endpoint) -> DeliveryRow:
    """Show a delivery in the list."""
    return DeliveryRow(
        href=f"{HOME}/{found.endpoint_id}/envois/{found.id}",
        event=found.event,
        label=event_names()[found.event],
        at=found.created_at.astimezone(_zone()),
        state=found.state,
        answer=answer(found),
        attempts=found.attempts,
        next_try=_next_try(found, endpoint),
    )


def delivery_shown(found: Delivery, endpoint: Endpoint) -> DeliveryShown:
    """Show a delivery on its own page, with all that was sent."""
    told = msgspec.json.format(found.body, indent=2)
    return DeliveryShown(
        event_id=str(found.event_id),
        event=found.event,
        label=event_names()[found.event],
        is_test=found.event == TEST,
        state=found.state,
        answer=answer(found),
        advice=_advice(found),
        attempts=found.attempts,
        noted_at=found.created_at.astimezone(_zone()),
        last_at=_local(found.last_at),
        next_try=_next_try(found, endpoint),
        body=told,
    )


def answer(found: Delivery) -> str:
    """Say what came of the latest try in a few words; empty before the first."""
    if found.last_at is None:
        return ""
    if found.last_status is not None:
        return _(
            "%(code)s en %(milliseconds)s ms",
            code=found.last_status,
            milliseconds=found.last_milliseconds or 0,
        )
    return _failures().get(found.last_error, "")


def _failures() -> Mapping[str, str]:
    return {
        "refused": _("Adresse refusée"),
        "timeout": _("Pas de réponse en 10 secondes"),
        "unreachable": _("Serveur injoignable"),
        "unsealed": _("Secret illisible"),
    }


def _advice(found: Delivery) -> str:
    return {
        "status": _("Le serveur a refusé le message : regardez ses journaux à cette heure."),
        "redirected": _("Le serveur renvoie ailleurs : écrivez ici l’adresse finale."),
        "refused": _("Le nom mène maintenant dans un réseau privé : rien n’a été envoyé."),
        "timeout": _("Répondez d’abord, puis faites le travail : dix secondes suffisent alors."),
        "unreachable": _("Vérifiez que le serveur tourne et que son certificat est valable."),
        "unsealed": _("Changez le secret de ce webhook : l’ancien ne peut plus être lu."),
    }.get(found.last_error, "")


def _next_try(found: Delivery, endpoint: Endpoint) -> datetime | None:
    sent = endpoint.state == "on" or found.event == TEST
    return found.due_at.astimezone(_zone()) if found.state == "waiting" and sent else None


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(_zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(current_tenant.get().time_zone)

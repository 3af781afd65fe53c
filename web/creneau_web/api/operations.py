"""What each operation of the interface does, in the reader's language."""

from collections.abc import Callable
from typing import Any

import msgspec
from creneau.appointments.errors import (
    HoldExpired,
    HoldUsed,
    InstructionsNotAccepted,
    KeyReused,
    NotActive,
    NotBookable,
    NotOpenYet,
    SlotNotOffered,
    SlotTaken,
    TooManyActive,
    TooManyThatDay,
    TooManyThatWeek,
)
from creneau.availability.errors import RangeRefused
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput, NotFound, Refusal

from creneau_web.api import examples
from creneau_web.api.schemas import (
    BookingGiven,
    BookingShown,
    HoldGiven,
    Motives,
    MoveGiven,
    NextAsked,
    NextSlots,
    Places,
    PlacesAsked,
    Slots,
    SlotsAsked,
)

Limits = (TooManyActive, TooManyThatDay, TooManyThatWeek)
Claims = (InvalidInput, NotFound, NotBookable, NotOpenYet, SlotNotOffered, SlotTaken)


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation: what it reads, what it answers, and how it may refuse."""

    summary: str
    description: str
    answer: type[msgspec.Struct]
    example: Any
    status: int = 200
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    body_examples: dict[str, Any] = {}
    takes_key: bool = False
    refusals: tuple[type[Refusal], ...] = ()


def operations() -> dict[str, Operation]:
    """Describe every operation, by the name of its route."""
    return {name: describe() for name, describe in _DESCRIBED.items()}


def _list_motives() -> Operation:
    return Operation(
        summary=_("Lister les motifs"),
        description=_("Donne les motifs ouverts à la réservation par des programmes."),
        answer=Motives,
        example=examples.MOTIVES,
    )


def _list_places() -> Operation:
    return Operation(
        summary=_("Lister les lieux"),
        description=_("Donne les lieux en service, par nom, avec leur fuseau horaire."),
        query=PlacesAsked,
        answer=Places,
        example=examples.PLACES,
        refusals=(InvalidInput,),
    )


def _find_slots() -> Operation:
    return Operation(
        summary=_("Chercher les créneaux libres"),
        description=_(
            "Donne les débuts possibles pour un motif, de « from » inclus à « to », par heure puis"
            " par lieu. « from » et « to » sont des moments avec décalage horaire, ou des jours du"
            " fuseau horaire de l’espace ; un jour donné comme « to » compte en entier. La période"
            " dure 62 jours au plus."
        ),
        query=SlotsAsked,
        answer=Slots,
        example=examples.SLOTS,
        refusals=(InvalidInput, RangeRefused, NotFound),
    )


def _next_slots() -> Operation:
    return Operation(
        summary=_("Chercher le premier créneau de chaque lieu"),
        description=_(
            "Donne le premier créneau libre de chaque lieu demandé, ou de tous ; « slot » est nul"
            " là où rien n’est libre. Un lieu inconnu est absent de la réponse."
        ),
        query=NextAsked,
        answer=NextSlots,
        example=examples.NEXT,
        refusals=(InvalidInput, NotFound),
    )


def _hold() -> Operation:
    return Operation(
        summary=_("Garder un créneau"),
        description=_(
            "Garde un créneau pendant 10 minutes, le temps de connaître la personne. Seul le jeton"
            " qui l’a gardé peut le confirmer."
        ),
        body=HoldGiven,
        body_examples={"slot": examples.HOLD_GIVEN},
        answer=BookingShown,
        example=examples.HELD,
        status=201,
        takes_key=True,
        refusals=(*Claims, KeyReused),
    )


def _book() -> Operation:
    return Operation(
        summary=_("Prendre un rendez-vous"),
        description=_(
            "Confirme un créneau gardé (« hold »), ou prend directement un créneau (« motive » et"
            " « start », et « place », « agent » ou « session » au besoin)."
        ),
        body=BookingGiven,
        body_examples={"hold": examples.FROM_HOLD, "slot": examples.STRAIGHT},
        answer=BookingShown,
        example=examples.BOOKED,
        status=201,
        takes_key=True,
        refusals=(*Claims, HoldExpired, HoldUsed, InstructionsNotAccepted, *Limits, KeyReused),
    )


def _read_booking() -> Operation:
    return Operation(
        summary=_("Lire un rendez-vous"),
        description=_("Donne un rendez-vous de l’espace, ou un créneau gardé par ce jeton."),
        answer=BookingShown,
        example=examples.BOOKED,
        refusals=(NotFound,),
    )


def _cancel() -> Operation:
    return Operation(
        summary=_("Annuler un rendez-vous"),
        description=_(
            "Annule le rendez-vous et libère son temps aussitôt. La personne est prévenue."
        ),
        answer=BookingShown,
        example=examples.CANCELLED,
        takes_key=True,
        refusals=(InvalidInput, NotFound, NotActive, KeyReused),
    )


def _move() -> Operation:
    return Operation(
        summary=_("Déplacer un rendez-vous"),
        description=_(
            "Prend le nouveau créneau et libère l’ancien en une fois. Si le nouveau est pris, le"
            " rendez-vous reste où il est."
        ),
        body=MoveGiven,
        body_examples={"slot": examples.MOVE_GIVEN},
        answer=BookingShown,
        example=examples.BOOKED,
        takes_key=True,
        refusals=(InvalidInput, NotFound, NotActive, SlotNotOffered, SlotTaken, *Limits, KeyReused),
    )


_DESCRIBED: dict[str, Callable[[], Operation]] = {
    "api.list_motives": _list_motives,
    "api.list_places": _list_places,
    "api.find_slots": _find_slots,
    "api.next_slots": _next_slots,
    "api.hold": _hold,
    "api.book": _book,
    "api.read_booking": _read_booking,
    "api.cancel": _cancel,
    "api.move": _move,
}

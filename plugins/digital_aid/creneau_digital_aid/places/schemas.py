"""Places with the structures that run them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

SERVICES: Final = (
    "Aide aux démarches administratives",
    "Maîtrise des outils numériques du quotidien",
    "Insertion professionnelle via le numérique",
    "Utilisation sécurisée du numérique",
    "Parentalité et éducation avec le numérique",
    "Loisirs et créations numériques",
    "Compréhension du monde numérique",
    "Accès internet et matériel informatique",
    "Acquisition de matériel informatique à prix solidaire",
)
"""The services that the national schema knows, word by word."""

FEES: Final = ("Gratuit", "Gratuit sous condition", "Payant")


class SheetDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed on a structure's sheet for the national map."""

    pivot: str = ""
    services: tuple[str, ...] = ()
    fees: str = "Gratuit"
    itinerant: bool = False
    summary: str = ""


class Sheet(SheetDraft, frozen=True, kw_only=True):
    """A structure's sheet as it is kept; `version` changes with each change, empty: never filled in."""

    organisation_id: UUID
    organisation_name: str
    version: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A place in use with its structure and the structure's sheet; moments are UTC."""

    id: UUID
    name: str
    address: str
    latitude: float | None
    longitude: float | None
    phone: str
    access_information: str
    organisation_id: UUID
    organisation_name: str
    organisation_phone: str
    email: str
    website: str
    opening_hours: str
    pivot: str
    services: list[str]
    fees: str
    itinerant: bool
    summary: str
    changed_at: datetime


class Bookable(msgspec.Struct, frozen=True, kw_only=True):
    """What can be booked online at a place: with whom."""

    advisers: Sequence[tuple[UUID, str]] = ()


class PostalAddress(msgspec.Struct, frozen=True, kw_only=True):
    """An address in its parts; `insee` empty: the town was not recognised."""

    street: str
    postcode: str
    town: str
    insee: str = ""

"""A place in the national schema, and its line of the feed as it is kept."""

from typing import Literal
from uuid import UUID

import msgspec

from creneau_digital_aid.places.schemas import Place

Form = Literal["json", "csv"]


class Unwritten(Place, frozen=True, kw_only=True, gc=False):
    """A place whose line is to be written; `made_of` names the versions of what it says."""

    made_of: str


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a place's line says whoever can be booked there; empty: the place lacks what is needed.

    What can be booked is told at its end. `ways_in` are the other ways of coming in.
    """

    place_id: UUID
    text: bytes
    ways_in: str


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """The feed in one form as it is sent, and the mark of what it says."""

    plain: bytes
    mark: str


class FeedRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A place in the national schema, version 1.0.1: its fields in its order, empty ones left out."""

    id: UUID
    pivot: str
    nom: str
    commune: str
    code_postal: str
    code_insee: str = ""
    adresse: str
    complement_adresse: str = ""
    latitude: float | None = None
    longitude: float | None = None
    typologie: str = ""
    telephone: str = ""
    courriels: str = ""
    site_web: str = ""
    horaires: str = ""
    presentation_resume: str = ""
    presentation_detail: str = ""
    source: str = ""
    itinerance: str
    structure_parente: str = ""
    date_maj: str
    services: str = ""
    publics_specifiquement_adresses: str = ""
    prise_en_charge_specifique: str = ""
    frais_a_charge: str = ""
    dispositif_programmes_nationaux: str = ""
    formations_labels: str = ""
    autres_formations_labels: str = ""
    modalites_acces: str = ""
    modalites_accompagnement: str = ""
    fiche_acces_libre: str = ""
    prise_rdv: str = ""

"""What plugins propose to a new tenant, to begin with (T-02)."""

from typing import Literal

import msgspec

from creneau.motives.schemas import Audience, LocationType

BuiltInRole = Literal["administrator", "agent", "secretary"]
OrganisationKind = Literal["town", "departement", "university", "digital_aid", "other"]


class StarterService(msgspec.Struct, frozen=True, kw_only=True):
    """A service that a new tenant can begin with; `name` is a French message id."""

    name: str
    secretariat: bool = False


class StarterMotive(msgspec.Struct, frozen=True, kw_only=True):
    """A motive that a new tenant can begin with; the fields mean the same as in `Motive`.

    `service` is the name of one of the starter's services. Texts are French message ids.
    """

    service: str
    name: str
    description: str = ""
    duration_minutes: int = 30
    colour: str = "#0B6E69"
    location_type: LocationType = "on_site"
    audience: Audience = "everyone"
    minimum_notice_minutes: int = 120
    instructions_before: str = ""
    instructions_after: str = ""
    cancellation_warning: str = ""


class StarterRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role under the vertical's own name, with the rights that a built-in one has (T-08)."""

    code: str
    name: str
    like: BuiltInRole


class Starter(msgspec.Struct, frozen=True, kw_only=True):
    """What a new tenant can begin with, of which it takes what it chooses (T-02).

    `kinds` are the organisations to which the plugin is proposed when they sign up; `public_text`
    is what the first page may say.
    """

    kinds: tuple[OrganisationKind, ...] = ()
    services: tuple[StarterService, ...] = ()
    motives: tuple[StarterMotive, ...] = ()
    roles: tuple[StarterRole, ...] = ()
    public_text: str = ""

"""A tenant's look as a whole, and what it states of its pages' accessibility."""

from datetime import date, datetime

import msgspec

from creneau_tenants.schemas import Branding, Conformity


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """All that changes together when a look is published (T-04)."""

    name: str
    branding: Branding


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A look that is not published yet; `saved_at` is UTC."""

    look: Look
    saved_at: datetime


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a tenant states about accessibility (T-16), as the RGAA asks for it.

    `exceptions`: what is not accessible, and why. `contact`: whom to tell of a difficulty.
    """

    conformity: Conformity = "not_conform"
    audited_on: date | None = None
    audited_by: str = ""
    exceptions: str = ""
    contact: str = ""

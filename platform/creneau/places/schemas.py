"""Places as they are read."""

from datetime import datetime
from uuid import UUID

import msgspec


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where people are received (C-02); `time_zone` is its organisation's (C-15).

    `version` changes with every save: an update names the one that it was made from.
    """

    id: UUID
    organisation_id: UUID
    name: str
    address: str
    phone: str
    access_information: str
    time_zone: str
    latitude: float | None = None
    longitude: float | None = None
    archived_at: datetime | None = None
    version: str = ""


class PlaceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to create a place; coordinates are degrees, both or none."""

    organisation_id: UUID
    name: str
    address: str = ""
    phone: str = ""
    access_information: str = ""
    latitude: float | None = None
    longitude: float | None = None

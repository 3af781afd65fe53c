"""The referential of motive names as it is read."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

RequestState = Literal["waiting", "accepted", "refused"]


class MotiveName(msgspec.Struct, frozen=True, kw_only=True):
    """A name that a service's motives may have; `motives` counts those in use that have it."""

    id: UUID
    service_id: UUID
    name: str
    motives: int


class NameRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A name that an organisation asks for, and the answer; times are UTC."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    service_id: UUID
    service_name: str
    name: str
    reason: str
    state: RequestState
    answer: str
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    decided_at: datetime | None


class RequestDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to ask for a name."""

    organisation_id: UUID
    service_id: UUID
    name: str
    reason: str = ""

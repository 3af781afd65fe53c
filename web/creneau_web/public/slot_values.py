"""What the button of a slot sends: `2026-11-24T08:30:00Z`, and a session's id where there is one."""

from datetime import UTC, datetime
from typing import Self
from uuid import UUID

import msgspec
from creneau.availability.schemas import Slot
from creneau.validation import is_near

SEPARATOR = "~"


class SlotChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The start of a slot (UTC) and the group session it belongs to, if any (C-24)."""

    starts_at: datetime
    appointment_id: UUID | None = None

    @classmethod
    def of(cls, slot: Slot) -> Self:
        """Name a slot."""
        return cls(starts_at=slot.starts_at, appointment_id=slot.appointment_id)

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """Read what a button sent; None for anything else."""
        moment, _separator, session = value.partition(SEPARATOR)
        try:
            starts_at = datetime.fromisoformat(moment)
            appointment_id = UUID(session) if session else None
        except ValueError:
            return None
        if starts_at.tzinfo is None or not is_near(starts_at):
            return None
        return cls(starts_at=starts_at.astimezone(UTC), appointment_id=appointment_id)

    @property
    def value(self) -> str:
        """Write it for a button."""
        moment = self.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{moment}{SEPARATOR}{self.appointment_id}" if self.appointment_id else moment

"""Who follows a person."""

from datetime import datetime
from uuid import UUID

import msgspec


class Referent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who follows a person (S-01), and since when (UTC)."""

    agent_id: UUID
    first_name: str
    last_name: str
    since: datetime

    @property
    def name(self) -> str:
        """The first and the last name."""
        return f"{self.first_name} {self.last_name}"

"""What can be booked, and who receives."""

from uuid import UUID

import msgspec


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A motive that everyone may book, at a place, with an agent or another resource."""

    motive_id: UUID
    place_id: UUID
    resource_id: UUID


class Ways(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one is received at a place where something can be booked: alone, with others, from afar."""

    alone: bool
    together: bool
    remote: bool


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as the public reads of them: somebody whom everyone can book, now or at other times."""

    id: UUID
    first_name: str
    last_name: str
    organisation_ids: tuple[UUID, ...]

    @property
    def display_name(self) -> str:
        """First name and last name."""
        return f"{self.first_name} {self.last_name}"

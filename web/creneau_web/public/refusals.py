"""How the public path answers when a step cannot be shown."""

from uuid import UUID

from creneau.appointments.errors import HoldExpired


class Elsewhere(Exception):  # noqa: N818 - it is a way, not a fault
    """Another step comes first, or this one is done: the browser is sent there."""

    def __init__(self, href: str) -> None:
        super().__init__(href)
        self.href = href


class HoldOver(HoldExpired):
    """The time to confirm is over; `motive_id`, `place_id` and `slot` say what had been chosen."""

    def __init__(self, motive_id: UUID, place_id: UUID, slot: str) -> None:
        super().__init__(motive_id=motive_id, place_id=place_id)
        self.motive_id = motive_id
        self.place_id = place_id
        self.slot = slot

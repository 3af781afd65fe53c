"""How the public path answers when a step cannot be shown."""

from uuid import UUID

from creneau.appointments.errors import HoldExpired
from creneau.motives.schemas import Motive


class Elsewhere(Exception):  # noqa: N818 - it is a way, not a fault
    """Another step comes first, or this one is done: the browser is sent there."""

    def __init__(self, href: str) -> None:
        super().__init__(href)
        self.href = href


class NotOffered(Exception):  # noqa: N818 - it is an answer, not a fault
    """Nobody's time is offered to this visitor: the page says why, and whom to call.

    `way` leads to where another answer may find something.
    """

    def __init__(self, motive: Motive, sentence: str, *, way: str = "") -> None:
        super().__init__(sentence)
        self.motive = motive
        self.sentence = sentence
        self.way = way


class HoldOver(HoldExpired):
    """The time to confirm is over; the ids and `slot` say what had been chosen, and with whom."""

    def __init__(
        self, motive_id: UUID, place_id: UUID, slot: str, agent_id: UUID | None = None
    ) -> None:
        super().__init__(motive_id=motive_id, place_id=place_id)
        self.motive_id = motive_id
        self.place_id = place_id
        self.slot = slot
        self.agent_id = agent_id

"""What plugins add to the demo: the vertical's own data, in a space that the core has filled."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from creneau.context import Actor
from creneau.motives.schemas import MotiveDraft


class DemoSpace(msgspec.Struct, frozen=True, kw_only=True):
    """A demo tenant as the core has made it; what is named stands in the order of its making.

    `agents` are by first and last name; `receiving` are those who have openings. `luck` is the same at every run: whoever
    draws from nothing else fills the same demo each time. `today` is the local day.
    """

    today: date
    luck: random.Random
    administrator: Actor
    organisations: Mapping[str, UUID]
    services: Mapping[str, UUID]
    places: Mapping[str, UUID]
    agents: Mapping[str, UUID]
    receiving: Sequence[UUID]
    motives: Sequence[UUID]


class DemoFurnishing(msgspec.Struct, frozen=True):
    """A plugin's part in its demo tenant; each method does nothing unless it is written anew.

    No transaction is open. What is written goes through the plugin's own services, like the work of
    those who use it, and leads to no real person, address or number.
    """

    def motive_extra(self, draft: MotiveDraft, *, followed: bool) -> Mapping[str, str]:
        """Give what a motive's `extra` holds of the plugin; `followed`: for people with a referent."""
        del draft, followed
        return {}

    async def set_up(self, space: DemoSpace) -> None:
        """Add what is set up before anybody comes: settings, referentials."""
        del space

    def typed(self, luck: random.Random) -> Mapping[str, str]:
        """Give what a visitor types in the plugin's fields of a booking; nothing for most of them."""
        del luck
        return {}

    async def fill(self, space: DemoSpace) -> None:
        """Add what came about once people were booked and received."""
        del space

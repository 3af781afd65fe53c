"""What a search for free time asks and answers; every time is UTC."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks for a slot, as far as limits of plugins ask (`creneau.contributions.SlotLimit`).

    `person_id`: proven to be them. `answers`: what plugins' pages before the slots were answered.
    `moving`: the resources of an appointment that looks for another time. `unbound`: an agent.
    `invitation_id`: they were invited (S-11); `among`: only these resources' time is offered to them.
    """

    person_id: UUID | None = None
    answers: Mapping[str, str] = {}
    moving: Sequence[UUID] = ()
    unbound: bool = False
    invitation_id: UUID | None = None
    among: Sequence[UUID] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """Tell one from another."""
        answers = tuple(sorted(self.answers.items()))
        return (self.person_id, answers, *self.moving, self.unbound, *self.among)


SOMEBODY: Final = Asking()
AGENT: Final = Asking(unbound=True)


class SlotQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which slots to look for (C-20): those that start in [`starts_from`, `starts_before`).

    Empty `place_ids`/`resource_ids`/`service_ids`: all; a service means its agents. `for_agents`: notices do not bind (C-06). `ignoring`:
    an appointment whose time counts as free, for its own move (C-26). `asking`: for whom, where a
    motive is not offered to everybody alike.
    """

    motive_id: UUID
    starts_from: datetime
    starts_before: datetime
    place_ids: Sequence[UUID] = ()
    resource_ids: Sequence[UUID] = ()
    service_ids: Sequence[UUID] = ()
    for_agents: bool = False
    ignoring: UUID | None = None
    asking: Asking = SOMEBODY


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A start and an end that can be booked now; computed, never stored.

    `resource_ids` are those who are free then. A group session names its `appointment_id`. `seats_left` None: unlimited (C-24).
    """

    starts_at: datetime
    ends_at: datetime
    place_id: UUID
    resource_ids: tuple[UUID, ...]
    seats_left: int | None = 1
    appointment_id: UUID | None = None

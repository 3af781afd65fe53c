"""What statistics are asked, and what they answer; periods are days of the tenant, both included."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from creneau.appointments.listing.schemas import Part, Standing, Within
from creneau.appointments.schemas import Source

Step = Literal["day", "week", "month"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of which days, within whose reach, of which organisation or service.

    Where organisations are reached as a whole, those of the agents are left out elsewhere, unless
    `either` is asked for.
    """

    within: Within
    since: date
    to: date
    organisation_id: UUID | None = None
    service_id: UUID | None = None
    either: bool = False

    @property
    def of_agents(self) -> bool:
        """Tell whether agents alone are reached, and no organisation as a whole."""
        return not self.within.whole

    @property
    def by_agents(self) -> bool:
        """Tell whether whoever counts has to know the agents of each appointment."""
        return self.of_agents or (self.either and not self.within.everything)

    @property
    def step(self) -> Step:
        """Tell by what the period is divided, so that a chart has some ten to sixty points."""
        days = (self.to - self.since).days
        return "day" if days <= 31 else "week" if days <= 200 else "month"  # noqa: PLR2004 - a month, half a year


class Only(msgspec.Struct, frozen=True, kw_only=True):
    """The things whose appointments are counted; all of them are meant at once.

    `part`: what alone is counted of them, as the list of appointments has it in some order.
    """

    motive: UUID | None = None
    place: UUID | None = None
    agent: UUID | None = None
    part: Part | None = None


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, as it was counted.

    `step` begins the part of the period; None: it is of all of it. `number` counts seats, `minutes`
    the time that they take.
    """

    kind: Literal["motive", "place", "agents", "created"]
    step: date | None
    subjects: tuple[UUID, ...]
    standing: str
    source: str
    number: int
    minutes: int


Counts = Mapping[Standing, int]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A thing with how many appointments it has of each status."""

    id: UUID | None
    name: str
    counts: Counts

    @property
    def total(self) -> int:
        """Count them all."""
        return sum(self.counts.values())


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What was booked in a part of the period, by whom; and what takes place in it."""

    begins: date
    created: Mapping[Source, int]
    counts: Counts
    persons: int


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """How many minutes were open in the period, and how many of them appointments took."""

    opened: int
    booked: int

    @property
    def rate(self) -> int | None:
        """Give the share that was booked, in percent; None where nothing was open."""
        return min(100, round(100 * self.booked / self.opened)) if self.opened else None


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of a period; not `complete`: some days are still to be counted."""

    counts: Counts
    moments: Sequence[Moment]
    motives: Sequence[Counted]
    services: Sequence[Counted]
    places: Sequence[Counted]
    agents: Sequence[Counted]
    filling: Filling
    complete: bool = True

    @property
    def total(self) -> int:
        """Count the appointments of the period."""
        return sum(self.counts.values())

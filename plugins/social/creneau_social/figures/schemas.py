"""Figures of follow-ups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec


class OfService(msgspec.Struct, frozen=True, kw_only=True):
    """What a service received: persons who were seen, and appointments by what became of them."""

    name: str
    persons: int
    seen: int
    follow_ups: int
    missed: int


class OfReferent(msgspec.Struct, frozen=True, kw_only=True):
    """The follow-ups of an agent: all, those seen in the period, and those without contact."""

    agent_id: UUID
    name: str
    followed: int
    seen: int
    to_come: int
    silent: int


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """A follow-up without contact; times are UTC. `last_at` None: the two never met."""

    person_id: UUID
    name: str
    referent_id: UUID
    referent: str
    since: datetime
    last_at: datetime | None
    next_at: datetime | None


SilentSort = Literal["contact", "name", "referent", "since", "next"]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """How follow-ups without contact are sorted; as a rule the longest first."""

    by: SilentSort = "contact"
    descending: bool = False


class SilentWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which follow-ups without contact are asked for, and by whom (C-04).

    `known_in` are the organisations whose files the agent may see; None: any. `months` without
    contact; `referent_id` None: of all referents on whose agendas the agent may look.
    """

    agent_id: UUID
    known_in: Sequence[UUID] | None
    months: int
    referent_id: UUID | None = None
    order: Order = Order()


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Whose follow-ups are counted: some agents', and all of some organisations, or everybody's (C-04).

    `organisation_id` and `service_id` narrow them; None: they do not. `kept`: what is kept of persons is
    that of the moment, and may be read.
    """

    everything: bool = False
    agent_ids: Sequence[UUID] = ()
    organisation_ids: Sequence[UUID] = ()
    organisation_id: UUID | None = None
    service_id: UUID | None = None
    kept: bool = False


class SilentOnes(msgspec.Struct, frozen=True, kw_only=True):
    """The follow-ups without contact since a moment (UTC), as the database is asked for them.

    `known_in` are the organisations whose files may be seen; None: any.
    """

    whose: Whose
    known_in: Sequence[UUID] | None
    now: datetime
    since: datetime
    order: Order

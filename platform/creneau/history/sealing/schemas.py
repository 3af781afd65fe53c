"""What a chain is made of, and what is wrong with one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

FaultKind = Literal["changed", "missing", "gap", "backdated", "unsealed", "rewritten", "shortened"]
"""`changed`: an entry, or its seal, is not what was sealed. `missing`: a sealed entry is gone. `gap`:
seals are gone. `backdated`: an entry appeared behind those that were sealed before it. `unsealed`: an
entry is older than an hour and has no seal. `rewritten` and `shortened`: the chain is another one than
the one that an operator kept the head of."""


class Row(msgspec.Struct, frozen=True):
    """An entry of the history with everything that its seal covers."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    subject_kind: str
    subject_id: UUID
    action: str
    details: Any


class Link(msgspec.Struct, frozen=True):
    """A seal, and the entry that it names; `row` None: it is not there any more."""

    position: int
    history_id: UUID
    digest: bytes
    row: Row | None


class Head(msgspec.Struct, frozen=True):
    """Where a chain ends; kept elsewhere, it shows later whether the chain was written anew."""

    position: int
    digest: bytes
    history_id: UUID | None = None


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where."""

    kind: FaultKind
    position: int | None = None
    history_id: UUID | None = None
    count: int = 1


class Verdict(msgspec.Struct, frozen=True):
    """What was found of one tenant's chain; `faults` are the first ones, `wrong` counts them all."""

    sealed: int
    waiting: int
    head: Head | None
    faults: Sequence[Fault]
    wrong: int

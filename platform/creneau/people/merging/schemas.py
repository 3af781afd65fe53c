"""Files that may be of one person, and what is chosen when two become one."""

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

import msgspec

from creneau.people.finding.schemas import Found

Reason = Literal["birth", "email", "phone"]
"""Same name and birth date; same e-mail and a similar name; same phone."""

Side = Literal["kept", "gone"]
FIELDS: Final = (
    "first_name", "last_name", "birth_name", "birth_date", "email", "phone", "second_phone",
    "address", "locale",
)  # fmt: skip


class Double(msgspec.Struct, frozen=True, kw_only=True):
    """Two files that may be of one person, the older one first, and why."""

    first: Found
    second: Found
    reasons: tuple[Reason, ...]


class Doubles(msgspec.Struct, frozen=True, kw_only=True):
    """Some suspected doubles, the surest first."""

    pairs: tuple[Double, ...]
    more: bool


class Merging(msgspec.Struct, frozen=True, kw_only=True):
    """Which file stays, and from which of the two each field is taken.

    The versions are those that were shown (see `people.rules.version_of`).
    """

    kept_id: UUID
    gone_id: UUID
    sides: Mapping[str, Side]
    kept_version: str
    gone_version: str


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """How much hangs on a file: what a merge carries over."""

    bookings: int
    relatives: int
    notes: int
    messages: int
    waiting: int
    referents: tuple[str, ...]

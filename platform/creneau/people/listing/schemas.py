"""What is asked of the list of persons, and its lines."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.people.finding.schemas import Found, Within

Sort = Literal["name", "birth", "created"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which persons are asked for: files made since a moment and before another; None asks nothing.

    `referent_id` follows them; `unfollowed`: nobody does who works here.
    """

    within: Within
    referent_id: UUID | None = None
    unfollowed: bool = False
    organisation_id: UUID | None = None
    since: datetime | None = None
    to: datetime | None = None
    sort: Sort = "name"
    descending: bool = False


class Line(Found, frozen=True, kw_only=True):
    """A person in the list, with when their file was made (UTC)."""

    created_at: datetime

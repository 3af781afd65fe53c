"""A motive as the summary of online booking shows it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.motives.schemas import Audience


class MotiveState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a motive can be booked online, by its two conditions (D-02).

    `next_at` (UTC) is the beginning of its next opening, or of its next session where it is for a
    group; notices are minutes.
    """

    id: UUID
    service_id: UUID
    organisation_id: UUID
    organisation_name: str
    time_zone: str
    name: str
    audience: Audience
    group: bool
    minimum_notice_minutes: int
    maximum_notice_minutes: int
    instructed: bool
    openings: int
    next_at: datetime | None

    @property
    def marked(self) -> bool:
        """The first condition: the motive is open to everyone."""
        return self.audience == "everyone"

    @property
    def carried(self) -> bool:
        """The second: an opening still to come carries it, or a session is still to come."""
        return self.next_at is not None

    @property
    def bookable(self) -> bool:
        """Both conditions hold."""
        return self.marked and self.carried

    @property
    def next_local(self) -> datetime | None:
        """The beginning of what comes next, in the organisation's time zone."""
        return self.next_at and self.next_at.astimezone(ZoneInfo(self.time_zone))

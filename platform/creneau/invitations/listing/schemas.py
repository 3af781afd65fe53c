"""What is asked of the list of invitations, and its lines; every time is UTC."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.invitations.schemas import InvitationChannel, InvitationState
from creneau.people.finding.schemas import Within
from creneau.roles.schemas import Reach

InvitationSort = Literal["person", "what", "made", "last_day", "state"]


class InvitationsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which invitations are asked for, the latest first as a rule; None and empty ask for nothing.

    Those of persons `within` reach, to what the agent `agent_id` may set appointments for (`reach`),
    or made by themselves (C-04). All `words`, plainly written, stand in the person's name.
    """

    agent_id: UUID
    within: Within
    reach: Reach
    words: Sequence[str] = ()
    person_id: UUID | None = None
    service_id: UUID | None = None
    state: str = ""
    channel: str = ""
    since: datetime | None = None
    to: datetime | None = None
    sort: InvitationSort = "made"
    descending: bool = True


class InvitationLine(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation in the list; `what` is its motive or its category, which is of no one service."""

    id: UUID
    person_id: UUID
    first_name: str
    last_name: str
    what: str
    service_name: str
    organisation_name: str
    channel: InvitationChannel
    state: InvitationState
    last_day: date
    made_at: datetime
    made_by_name: str
    reminded_at: datetime | None
    booking_id: UUID | None
    booked_at: datetime | None

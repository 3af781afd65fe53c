"""What persons and agents prefer about messages."""

from typing import Literal
from uuid import UUID

import msgspec

Scope = Literal["own", "reach", "none"]


class PersonPreference(msgspec.Struct, frozen=True, kw_only=True):
    """By which ways somebody wants what is not essential; by neither: only what is."""

    by_email: bool
    by_sms: bool


class AgentPreference(msgspec.Struct, frozen=True, kw_only=True):
    """About which appointments an agent is written to, and about what that happens to them.

    `own`: those on the agent's own agenda; `reach`: those on any agenda within reach.
    """

    scope: Scope = "own"
    taken: bool = True
    moved: bool = True
    cancelled: bool = True


USUAL = AgentPreference()


class AgentWish(AgentPreference, frozen=True, kw_only=True):
    """The preference of one agent."""

    agent_id: UUID

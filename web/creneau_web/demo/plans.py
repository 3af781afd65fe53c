"""What a demo tenant is made of, by names; the filling turns names into records."""

from collections.abc import Mapping
from datetime import time
from typing import Final, Literal
from uuid import UUID

import msgspec
from creneau.motives.schemas import MotiveDraft
from creneau.organisations.schemas import OrganisationDraft
from creneau.places.schemas import PlaceDraft
from creneau.questions.schemas import QuestionDraft
from creneau_tenants.schemas import TenantDraft

RoleCode = Literal["administrator", "agent", "secretary"]
# Stands in a draft where the filling puts the record that the plan names.
LATER: Final = UUID(int=0)


class PlacePlan(msgspec.Struct, frozen=True, kw_only=True):
    """A place of an organisation."""

    organisation: str
    draft: PlaceDraft


class MotivePlan(msgspec.Struct, frozen=True, kw_only=True):
    """A motive of an organisation and a service."""

    organisation: str
    service: str
    draft: MotiveDraft
    questions: tuple[QuestionDraft, ...] = ()


class OpeningPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A weekly opening in local time; `days` are numbered from Monday = 0."""

    place: str
    motives: tuple[str, ...]
    days: tuple[int, ...]
    start: time
    end: time
    title: str = ""


class SessionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A weekly group session in local time; `taken` says how full each of them is, in turn."""

    place: str
    motive: str
    day: int
    start: time
    title: str
    seats: int | None
    taken: tuple[int, ...]


class AgentPlan(msgspec.Struct, frozen=True, kw_only=True):
    """An agent with openings; `account` is the first part of a demo account's address."""

    first_name: str
    last_name: str
    services: tuple[str, ...]
    organisations: tuple[str, ...]
    role: RoleCode = "agent"
    account: str = ""
    openings: tuple[OpeningPlan, ...] = ()
    sessions: tuple[SessionPlan, ...] = ()
    away: int | None = None
    """The number of days from today on which a week of absence begins."""


class TenantPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A whole demo tenant; `services` say which are secretariats."""

    tenant: TenantDraft
    organisations: tuple[OrganisationDraft, ...]
    services: Mapping[str, bool]
    places: tuple[PlacePlan, ...]
    motives: tuple[MotivePlan, ...]
    agents: tuple[AgentPlan, ...]
    lively: int = 0
    """How many appointments the agent who can be tried has in the next days, beside the others."""

    meeting: str = ""
    """What the agents who can be tried meet for at noon every Tuesday; empty: they do not."""

    for_children: tuple[str, ...] = ()
    """The motives to which people bring a child of theirs."""

    followed: tuple[str, ...] = ()
    """The motives whose people are followed from then on by who receives them (S-01)."""

    invited: tuple[str, ...] = ()
    """The motives to which agents invite people, who alone may book them."""

    def email_of(self, agent: AgentPlan) -> str:
        """Give an agent's address, in a domain that belongs to nobody."""
        name = agent.account or f"{agent.first_name}.{agent.last_name}"
        plain = name.lower().translate(_PLAIN)
        return f"{plain}@{self.tenant.slug}.example"


_PLAIN: Final = str.maketrans("éèêëàâîïôöûüç’ '", "eeeeaaiioouuc---")
WEEKDAYS: Final = (0, 1, 2, 3, 4)

"""Where an agent belongs and what they may do, read in the transaction that rests on it."""

from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.plugins import installed
from creneau.roles import queries
from creneau.roles.rules import Rights, granted


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's rights, and the organisations in which they hold a role."""

    rights: Rights
    organisation_ids: frozenset[UUID]

    def manages(self, code: str, other: "Standing") -> bool:
        """Tell whether a right is held in every organisation of somebody else."""
        here = self.rights.organisations(code)
        return self.rights.everywhere(code) or bool(
            other.organisation_ids and other.organisation_ids <= here
        )


async def standing_of(tx: Transaction, agent_id: UUID) -> Standing:
    """Read where an agent stands; a removed or unknown agent stands nowhere."""
    held = await queries.held(tx, agent_id)
    team = await queries.team(tx, agent_id)
    rights = Rights(
        agent_id=agent_id,
        service_ids=team.service_ids,
        secretariat=team.secretariat,
        granted=granted(held, installed().permissions()),
    )
    places = frozenset(role.organisation_id for role in held)
    return Standing(rights=rights, organisation_ids=places)

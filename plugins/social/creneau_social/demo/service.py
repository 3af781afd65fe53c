"""Filling the demo: the referential of names with what is asked of it, sectors, and files."""

from collections.abc import Mapping
from uuid import UUID

from creneau.context import Actor
from creneau.contributions import DemoFurnishing, DemoSpace
from creneau.motives.schemas import MotiveDraft

from creneau_social.contributions import FOLLOW_UP
from creneau_social.demo.content import (
    ACCEPTED,
    REFUSED,
    SECTORISED,
    SECTORS,
    WAITING,
    SectorPlan,
)
from creneau_social.demo.following import tell
from creneau_social.naming import service as naming
from creneau_social.naming.schemas import RequestDraft
from creneau_social.sectors import service as sectors
from creneau_social.sectors.limits import SECTORISED as BY_ADDRESS
from creneau_social.situation import rules
from creneau_social.situation import service as situation
from creneau_social.situation.schemas import UNCHANGED


class SocialDemo(DemoFurnishing, frozen=True):
    """A territory that keeps its names and its sectors."""

    def motive_extra(self, draft: MotiveDraft, *, followed: bool) -> Mapping[str, str]:
        """Make follow-ups of motives with a referent (S-02), and have some depend on the address (S-12)."""
        follow_up = {FOLLOW_UP: "yes"} if followed else {}
        return follow_up | ({BY_ADDRESS: "yes"} if draft.name in SECTORISED else {})

    async def set_up(self, space: DemoSpace) -> None:
        """Keep the referential of names, and draw the sectors."""
        await naming.take_over_names(space.administrator)
        await naming.switch(on=True, actor=space.administrator)
        await _ask(space)
        for plan in SECTORS:
            await _draw(space, plan)
        await situation.choose(rules.LABELS, UNCHANGED, space.administrator)

    async def fill(self, space: DemoSpace) -> None:
        """Have agents write down whom they follow, lose sight of some, and keep some matters silent."""
        await tell(space)


async def _ask(space: DemoSpace) -> None:
    administrator = space.administrator
    await naming.accept(
        await _request(space, ACCEPTED, "Deux demandes par semaine."), "", administrator
    )
    await naming.refuse(
        await _request(space, REFUSED, "Pour ce qui n’entre nulle part."),
        "Un usager ne saurait pas ce qu’il choisit : prenez le nom le plus proche.",
        administrator,
    )
    await _request(space, WAITING, "Une permanence de la CPAM commence en janvier.")


async def _request(space: DemoSpace, name: str, reason: str) -> UUID:
    draft = RequestDraft(
        organisation_id=[*space.organisations.values()][-1],
        service_id=next(iter(space.services.values())),
        name=name,
        reason=reason,
    )
    return await naming.ask(draft, Actor("agent", space.receiving[-1]))


async def _draw(space: DemoSpace, plan: SectorPlan) -> None:
    actor = space.administrator
    sector_id = await sectors.add_sector(plan.name, actor)
    for zone in plan.zones:
        await sectors.add_zone(sector_id, zone, actor)
    for number in plan.agents:
        agent_id = space.receiving[number]
        await sectors.give(sector_id, organisation_id=None, agent_id=agent_id, actor=actor)
    if not plan.agents:
        territory = [*space.organisations.values()][plan.territory]
        await sectors.give(sector_id, organisation_id=territory, agent_id=None, actor=actor)

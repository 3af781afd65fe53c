"""Which group sessions an agent opens: theirs, those of agents within reach (C-04)."""

from typing import Final
from uuid import UUID

from creneau.appointments.sessions import service as sessions
from creneau.appointments.sessions.schemas import Session
from creneau.refusals import NotAllowed

from creneau_web.backoffice import reach

HOME: Final = "/rendez-vous-collectifs"


async def session_within(session_id: UUID, code: str = reach.READ) -> Session:
    """Read a session within reach of a right.

    Raises:
        NotFound: There is none.
        NotAllowed: It is out of reach.
    """
    found = await sessions.session(session_id)
    if not await may(found, code):
        raise NotAllowed
    return found


async def may(found: Session, code: str) -> bool:
    """Tell whether a right reaches a session: one of its agents, or all of its organisation."""
    if found.organisation_id in reach.everyone_in(code):
        return True
    visible = await reach.visible_agents(code)
    return not {agent.id for agent in visible}.isdisjoint(found.resource_ids)

"""Where an agent arrives who asked for nothing in particular."""

from typing import Final
from uuid import UUID

from creneau.roles.service import rights_of

from creneau_web.visit import visit

FIRST_STEPS: Final = "/administration/premiers-pas"


async def landing(agent_id: UUID, home: str) -> str:
    """Give the first steps to whoever sets a new tenant up, and `home` to everybody else (T-02)."""
    directory = visit().directory
    if directory is None or directory.state != "onboarding":
        return home
    return FIRST_STEPS if (await rights_of(agent_id)).can("tenant:update") else home

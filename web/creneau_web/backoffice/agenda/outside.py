"""Who does not receive people at a time that is asked for: a warning, not a refusal (C-27)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.agenda import service as agenda
from creneau.agenda.schemas import Opening
from creneau.agents.schemas import Agent
from creneau.i18n import gettext as _


async def outside_of(agents: Sequence[Agent], starts_at: datetime, ends_at: datetime) -> str:
    """Say whose openings a time is not in; empty where it is in everybody's."""
    found, _away = await agenda.plans([one.id for one in agents], starts_at, ends_at)
    names = [one.display_name for one in agents if not _covered(found, one.id, starts_at, ends_at)]
    if not names:
        return ""
    return _(
        "Cet horaire est en dehors des plages d’ouverture de %(names)s. Cochez la case pour le "
        "garder quand même.",
        names=", ".join(names),
    )


def _covered(found: Sequence[Opening], one: UUID, start: datetime, end: datetime) -> bool:
    """Tell whether an agent's openings follow each other from one moment to the other."""
    reached = start
    for opening in found:
        if opening.resource_id == one and opening.starts_at <= reached:
            reached = max(reached, opening.ends_at)
    return reached >= end

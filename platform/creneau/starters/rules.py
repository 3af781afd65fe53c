"""How a proposal becomes a draft, in the language of the tenant."""

from uuid import UUID

from creneau.contributions import StarterMotive
from creneau.i18n import gettext
from creneau.motives.schemas import MotiveDraft


def key_of(plugin: str, number: int) -> str:
    """Name a part of a starter in a form: whose it is, and its place among its like."""
    return f"{plugin}-{number}"


def motive_draft(
    proposed: StarterMotive, organisation_id: UUID, service_id: UUID, position: int = 0
) -> MotiveDraft:
    """Write a proposed motive down in the current language."""
    return MotiveDraft(
        organisation_id=organisation_id,
        service_id=service_id,
        name=gettext(proposed.name),
        description=_text(proposed.description),
        category=gettext(proposed.service),
        colour=proposed.colour,
        position=position,
        location_type=proposed.location_type,
        audience=proposed.audience,
        duration_minutes=proposed.duration_minutes,
        minimum_notice_minutes=proposed.minimum_notice_minutes,
        instructions_before=_text(proposed.instructions_before),
        instructions_after=_text(proposed.instructions_after),
        cancellation_warning=_text(proposed.cancellation_warning),
    )


def _text(message: str) -> str:
    return gettext(message) if message else ""

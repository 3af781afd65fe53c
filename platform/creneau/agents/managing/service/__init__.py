"""Agents are invited, changed and let go by those who administer their organisations (C-03)."""

from creneau.agents.managing.service.changing import (
    change,
    colleague,
    colleagues,
    invite,
    invite_within,
    resend,
    reset_factor,
)
from creneau.agents.managing.service.parting import departure_of, remove

__all__ = [
    "change",
    "colleague",
    "colleagues",
    "departure_of",
    "invite",
    "invite_within",
    "remove",
    "resend",
    "reset_factor",
]

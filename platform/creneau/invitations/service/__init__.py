"""Inviting, opening, withdrawing, and when the tenant reminds (S-11)."""

from creneau.invitations.service.inviting import (
    invitation,
    invitations_of,
    invite,
    letter_code,
    motives_to_invite_to,
    revoke,
)
from creneau.invitations.service.opening import asking_of, by_link, motives_of, open_now
from creneau.invitations.service.ruling import rule, set_rule

__all__ = [
    "asking_of",
    "by_link",
    "invitation",
    "invitations_of",
    "invite",
    "letter_code",
    "motives_of",
    "motives_to_invite_to",
    "open_now",
    "revoke",
    "rule",
    "set_rule",
]

"""By which ways somebody is written to, and who of the agents is."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from creneau.messages.preferences.schemas import AgentPreference, PersonPreference
from creneau.messages.receipts.schemas import Channel
from creneau.messages.schemas import Occasion
from creneau.motives.schemas import PersonChannels

ORDER: Final[Mapping[PersonChannels, tuple[Channel, ...]]] = {
    "email": ("email",),
    "one": ("email", "sms"),
    "both": ("email", "sms"),
    "sms": ("sms", "email"),
}
"""Which ways a motive allows, the one it prefers first."""


def ways(
    motive: PersonChannels,
    possible: Collection[Channel],
    wish: PersonPreference | None,
    *,
    essential: bool,
) -> Sequence[Channel]:
    """Choose the ways by which a person is written to; none where they want none (C-80).

    The motive says which are allowed, and whether one is enough; the person may leave out some of
    them. What is essential goes by one way at least, wanted and allowed or not.
    """
    allowed: list[Channel] = [way for way in ORDER[motive] if way in possible]
    chosen: list[Channel] = [way for way in allowed if wish is None or _wanted(wish, way)]
    if not chosen and essential:
        return allowed[:1] or list(possible)[:1]
    return chosen if motive == "both" else chosen[:1]


def _wanted(wish: PersonPreference, way: Channel) -> bool:
    return wish.by_email if way == "email" else wish.by_sms


def concerns(wish: AgentPreference, occasion: Occasion) -> bool:
    """Say whether an agent wants to know of an occasion; their agenda reminds them."""
    return {
        "confirmed": wish.taken,
        "moved": wish.moved,
        "cancelled": wish.cancelled,
        "to_reschedule": wish.cancelled,
        "reminder": False,
    }[occasion]

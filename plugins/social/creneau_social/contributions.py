"""What the plugin hands to the core."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from creneau.availability.errors import PersonFirst
from creneau.availability.schemas import Asking
from creneau.contributions import (
    BookingAttempt,
    BookingRule,
    Field,
    Limited,
    MotiveFields,
    MotiveNames,
    SlotLimit,
)
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive, MotiveDraft

from creneau_social import queries
from creneau_social.errors import NoReferent, NotTheirReferent
from creneau_social.naming import queries as naming

FOLLOW_UP: Final = "social.follow_up"
FOLLOW_UP_FIELD: Final = Field(
    name="social_follow_up",
    label="RDV de suivi",
    kind="checkbox",
    hint="En ligne, la personne s’identifie d’abord et ne voit que les horaires de ses agents"
    " référents. Les agents posent ce rendez-vous avec qui ils veulent.",
)


def is_follow_up(motive: Motive) -> bool:
    """Tell whether a motive is reserved for whom somebody follows."""
    return bool(motive.extra.get(FOLLOW_UP))


class FollowUpFields(MotiveFields, frozen=True, kw_only=True):
    """Whether a motive is a follow-up, in its form (S-02)."""

    def check(self, values: Mapping[str, str], draft: MotiveDraft) -> Mapping[str, str]:
        """Refuse a follow-up of several people at once: nobody follows a group."""
        if values["social_follow_up"] and draft.capacity != 1:
            return {
                "social_follow_up": _(
                    "Un rendez-vous de suivi reçoit une seule personne à la fois."
                )
            }
        return {}


class Referential(MotiveNames, frozen=True, kw_only=True):
    """The territory's names of motives, where it is in service (S-03)."""

    async def names(self, tx: Transaction) -> Mapping[UUID, Sequence[str]] | None:
        """Give the names by service."""
        if not await naming.is_on(tx):
            return None
        found: defaultdict[UUID, list[str]] = defaultdict(list)
        for one in await naming.names(tx):
            found[one.service_id].append(one.name)
        return found


class OwnReferents(SlotLimit, frozen=True):
    """A follow-up offers a person the time of their referents, and of nobody else (S-02)."""

    def concerns(self, motive: Motive) -> bool:
        """Tell whether the motive is a follow-up."""
        return is_follow_up(motive)

    async def limited(self, tx: Transaction, motive: Motive, asking: Asking) -> Limited:
        """Name who follows whoever asks, or their relatives, for whom they may book.

        Raises:
            PersonFirst: nobody is known to ask.
            NoReferent: nobody follows them.
        """
        del motive
        if asking.person_id is None:
            raise PersonFirst
        found = await queries.referents_around(tx, asking.person_id)
        if not found:
            raise NoReferent
        names = ", ".join(one.name for one in found)
        return Limited(
            resource_ids=[one.agent_id for one in found],
            note=_("Voici les horaires de : %(names)s.", names=names),
        )


class WithTheirReferent(BookingRule, frozen=True):
    """A follow-up is confirmed with who follows the very person it is for; agents are exempt."""

    async def check(self, tx: Transaction, attempt: BookingAttempt) -> None:
        """Raise `NotTheirReferent` for somebody else's time."""
        person_id = attempt.person_id
        if person_id is None or attempt.source == "agent" or not is_follow_up(attempt.motive):
            return
        followers = {one.agent_id for one in await queries.referents_for(tx, person_id)}
        if followers.isdisjoint(attempt.resource_ids):
            raise NotTheirReferent

"""Whose times come first for a person: those of their referents, or of whom the motive keeps to (S-01, S-02)."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from creneau.agents.schemas import Agent
from creneau.availability import limits
from creneau.availability import service as availability
from creneau.availability.errors import NothingOffered, PersonFirst, StepFirst
from creneau.availability.schemas import Asking
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.motives.schemas import Motive
from creneau.people import service as people
from creneau.people.following.schemas import Referent
from creneau.people.schemas import Person


class Preferred(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes first among the agents within reach, and what is said of those who are not.

    `names` are for a sentence; `warning` says what the person themselves would not be offered.
    """

    ids: frozenset[UUID] = frozenset()
    referents: frozenset[UUID] = frozenset()
    names: str = ""
    warning: str = ""
    unfollowed: bool = False


NOBODY = Preferred()


async def preferred(person: Person, motive: Motive, visible: Sequence[Agent]) -> Preferred:
    """Say whose times of a motive come first for a person.

    A motive that is kept to some agents says to whom; any other begins with the person's referents.
    """
    if motive.capacity != 1:
        return NOBODY
    referents = await people.referents_of(person.id)
    kept, warning = await _kept_to(person, motive)
    first = {one.agent_id for one in referents} if kept is None else set(kept)
    within = [one for one in visible if one.id in first]
    return Preferred(
        ids=frozenset(one.id for one in within),
        referents=frozenset(one.agent_id for one in referents),
        names=", ".join(one.display_name for one in within),
        warning=warning or _out_of_reach(referents, {one.id for one in visible}),
        unfollowed=bool(warning) and not referents,
    )


async def _kept_to(person: Person, motive: Motive) -> tuple[Collection[UUID] | None, str]:
    """Ask as the person themselves would: whose time they are offered online; None: everybody's."""
    if not limits.is_limited(motive):
        return None, ""
    try:
        found = await availability.limited_for(motive, Asking(person_id=person.id))
    except NothingOffered:
        return None, _(
            "En ligne, aucun horaire n’est proposé à cette personne pour ce motif. Vous pouvez le poser"
            " tout de même."
        )
    except (PersonFirst, StepFirst):
        return None, ""
    return found.resource_ids, ""


def _out_of_reach(referents: Sequence[Referent], visible: Collection[UUID]) -> str:
    names = [one.name for one in referents if one.agent_id not in visible]
    if not names:
        return ""
    return ngettext(
        "%(names)s suit cette personne, mais son agenda ne vous est pas ouvert.",
        "%(names)s suivent cette personne, mais leurs agendas ne vous sont pas ouverts.",
        len(names),
        names=", ".join(names),
    )

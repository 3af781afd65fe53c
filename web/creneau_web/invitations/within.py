"""To what an agent may invite, and whose invitations they may change (C-04)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from creneau.invitations import service as invitations
from creneau.invitations.schemas import Invitation
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.people.schemas import Person
from creneau.refusals import NotFound

from creneau_web.backoffice import reach
from creneau_web.persons.within import LIST, READ, person_within
from creneau_web.visit import visit

HERE: Final = LIST + "/{person_id:uuid}/invitations"
ONE: Final = HERE + "/{invitation_id:uuid}"


class What(msgspec.Struct, frozen=True, kw_only=True):
    """A motive or a category, as the form offers it."""

    value: str
    label: str
    group: str
    organisation_id: UUID
    motive_id: UUID | None = None
    category: str = ""


async def invited_within(person_id: UUID, invitation_id: UUID) -> tuple[Person, Invitation]:
    """Read a person whose file is within reach, and one of their invitations.

    Raises:
        NotFound: There is no such person here, or no such invitation of theirs.
        NotAllowed: The file is out of reach.
    """
    person = await person_within(person_id, READ)
    found = await invitations.invitation(invitation_id)
    if found.person_id != person_id:
        raise NotFound
    return person, found


async def offered() -> list[What]:
    """List to what the agent who asks may invite: the motives of the agendas within reach (C-04).

    A category is offered where every motive of it is within reach, and there are several.
    """
    services = {one.id: one.name for one in await organisations.services()}
    every = await invitations.motives_to_invite_to()
    reached = [one for one in every if _reaches(one)]
    single = [
        What(
            value=str(one.id),
            label=one.name,
            group=services.get(one.service_id, ""),
            organisation_id=one.organisation_id,
            motive_id=one.id,
        )
        for one in reached
    ]
    return [*await _categories(every, reached), *sorted(single, key=lambda one: one.group)]


async def _categories(every: Sequence[Motive], reached: Sequence[Motive]) -> list[What]:
    names = {one.id: one.name for one in await organisations.organisations()}
    keys = sorted({(one.category, one.organisation_id) for one in reached if one.category})
    found: list[What] = []
    for category, organisation_id in keys:
        inside = [
            one
            for one in every
            if (one.category, one.organisation_id) == (category, organisation_id)
        ]
        if len(inside) > 1 and all(one in reached for one in inside):
            where = f" ({names.get(organisation_id, '')})" if len(names) > 1 else ""
            found.append(
                What(
                    value=f"{organisation_id}:{category}",
                    label=f"{category}{where}",
                    group="",
                    organisation_id=organisation_id,
                    category=category,
                )
            )
    return found


def _reaches(motive: Motive) -> bool:
    rights = visit().rights
    reached = rights.reach(reach.UPDATE) if rights else None
    if reached is None:
        return False
    near = motive.organisation_id in reached.colleagues_in
    own = near and motive.service_id in reached.service_ids
    return motive.organisation_id in reached.everyone_in or own

"""Which persons an agent may see and change (C-04).

A file belongs to the organisations that know the person, whatever the service: a colleague, or the
secretariat, must find it to set an appointment, and sees who follows the person. The appointments on
it are those of the agendas within reach.
"""

from typing import Final
from uuid import UUID

from creneau.people import service as people
from creneau.people.finding.schemas import Within
from creneau.people.schemas import Person
from creneau.refusals import NotAllowed

from creneau_web.visit import visit

READ: Final = "person:read"
UPDATE: Final = "person:update"
ERASE: Final = "person:erase"
NOBODY: Final = Within(organisation_ids=frozenset())


def within(code: str = READ) -> Within:
    """Tell whose files a right opens to the agent who asks."""
    rights = visit().rights
    if rights is None:
        return NOBODY
    if rights.everywhere(code):
        return Within(organisation_ids=None)
    return Within(organisation_ids=rights.organisations(code))


def may(code: str) -> bool:
    """Tell whether the agent who asks holds a right anywhere."""
    rights = visit().rights
    return rights is not None and rights.can(code)


async def person_within(person_id: UUID, code: str = READ) -> Person:
    """Read a person whose file a right opens.

    Raises:
        NotFound: There is no such person here.
        NotAllowed: No organisation in which the right is held knows the person.
    """
    found = await people.person(person_id)
    if not await people.is_known(person_id, within(code)):
        raise NotAllowed
    return found

"""Which persons an agent may see and change (C-04).

A file belongs to the organisations that know the person, whatever the service: a colleague, or the
secretariat, must find it to set an appointment, and sees who follows the person. The appointments on
it are those of the agendas within reach.
"""

from typing import Final
from uuid import UUID

from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.files.schemas import Agendas
from creneau.people.finding.schemas import Within
from creneau.people.schemas import Person
from creneau.phones import readable_phone
from creneau.refusals import NotAllowed, NotFound
from litestar.response import Redirect
from msgspec.structs import replace

from creneau_web.backoffice import reach
from creneau_web.visit import visit

LIST: Final = "/personnes"
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


async def person_or_way(person_id: UUID, code: str = READ) -> Person | Redirect:
    """Read a person, or give the way to the file that theirs has become a part of.

    Raises:
        NotFound: There is no such person here.
        NotAllowed: No organisation in which the right is held knows the person.
    """
    try:
        return await person_within(person_id, code)
    except NotFound:
        stays = await files.merged_into(person_id)
        if stays is None:
            raise
        await person_within(stays, code)
        return Redirect(href_of(stays))


def href_of(person_id: UUID) -> str:
    """Give the address of a person's file."""
    return f"{LIST}/{person_id}"


async def agendas() -> Agendas:
    """Tell whose appointments the agent who asks may see on a file (C-04)."""
    return Agendas(
        resource_ids=frozenset(agent.id for agent in await reach.visible_agents()),
        organisation_ids=reach.everyone_in(reach.READ),
    )


def readable(person: Person) -> Person:
    """Write a person's numbers as they are read aloud."""
    return replace(
        person,
        phone=readable_phone(person.phone) if person.phone else "",
        second_phone=readable_phone(person.second_phone) if person.second_phone else "",
    )

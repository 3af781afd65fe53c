"""Who came with an invitation: for whom they book, and what they may read of that person (S-11).

A letter may be opened by somebody else at the same address. So an invitation signs nobody in: it books
for the person whom it is for, and shows of them what stood on the envelope and no more.
"""

from typing import Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.invitations import service as invitations
from creneau.invitations.rules import covers, refuse_unless_open
from creneau.invitations.schemas import Invitation
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.people import service as people
from creneau.people.schemas import Contact, Person
from creneau.phones import readable_phone
from creneau.refusals import NotFound, Refusal
from creneau_infra import clock

from creneau_web.public.journeys import AnyRequest, Journey
from creneau_web.public.refusals import NotOffered

HOME: Final = "/invitation"
SHOWN_DIGITS: Final = 2


class Invited(msgspec.Struct, frozen=True):
    """The invitation that counts for a motive, and the name that is shown of whom it is for."""

    invitation: Invitation
    name: str


async def invited(request: AnyRequest, motive: Motive) -> Invited | None:
    """Give the invitation that this visitor came with, where it is for the motive.

    Raises:
        NotOffered: It is of no use any more; the next page is that of any visitor.
    """
    journey = await Journey.current(request)
    if journey is None or journey.memory.invitation_id is None:
        return None
    found = await _came_with(journey, journey.memory.invitation_id)
    if found is None or not covers(found, motive):
        return None
    try:
        refuse_unless_open(found, clock.now())
    except Refusal as over:
        await journey.remember(invitation_id=None)
        raise NotOffered(motive, str(over)) from None
    return Invited(found, short_name(await people.person(found.person_id)))


async def _came_with(journey: Journey, invitation_id: UUID) -> Invitation | None:
    try:
        return await invitations.invitation(invitation_id)
    except NotFound:
        await journey.remember(invitation_id=None)  # the person was erased
        return None


async def open_motive(request: AnyRequest, motive_id: UUID) -> tuple[Motive, Invited | None]:
    """Read a motive that this visitor may book, and with which invitation, if with one.

    Raises:
        NotFound: It does not exist, is archived, or is open neither to everyone nor to them.
        NotOffered: Their invitation is of no use any more.
    """
    motive = await motives.motive(motive_id)
    if motive.archived_at is not None:
        raise NotFound
    found = await invited(request, motive)
    if motive.audience != "everyone" and found is None:
        raise NotFound
    return motive, found


def short_name(person: Person) -> str:
    """Give the first name and an initial: enough to know whom an invitation is for."""
    return f"{person.first_name} {person.last_name[:1]}."


def hidden(contact: Contact) -> Contact:
    """Give what may be read of where somebody is called: the last digits; of an address, nothing."""
    number = readable_phone(contact.phone)
    end = number[-SHOWN_DIGITS:]
    return Contact(phone=_("numéro qui finit par %(end)s", end=end) if number else "")

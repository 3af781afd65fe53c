"""The demo's invitations: sent, opened, booked, withdrawn, and one on paper (S-11)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest
from creneau.availability import service as availability
from creneau.availability.schemas import Slot, SlotQuery
from creneau.context import Actor
from creneau.invitations import service as invitations
from creneau.invitations.schemas import InvitationChannel, InvitationDraft
from creneau.people import service as people
from creneau.people.finding.schemas import EVERYBODY, Found
from creneau_infra import clock

from creneau_web.demo.booking import OWNER
from creneau_web.demo.furnishing import Furnished
from creneau_web.demo.service import open_invitation

MOST_LOOKED_AT: Final = 150
GOOD_FOR: Final = timedelta(days=45)
WORDS: Final = "Cela fait un an que nous nous sommes vus : faisons le point ensemble."
Outcome = Callable[[Furnished, UUID, Found], Awaitable[None]]


async def invite_some(furnished: Furnished) -> None:
    """Invite some of those who come, where the plan has motives for invited people."""
    if not furnished.plan.invited:
        return
    found = (await people.search("", EVERYBODY, MOST_LOOKED_AT)).persons
    mailed = iter([one for one in found if one.email and one.responsible_id is None])
    others = iter([one for one in found if not one.email and one.responsible_id is None])
    for channel, outcome in OUTCOMES:
        person = next(mailed if channel == "email" else others, None)
        if person is not None:
            await outcome(furnished, await _invite(furnished, person, channel), person)


async def _invite(furnished: Furnished, person: Found, channel: InvitationChannel) -> UUID:
    motive_id = _motive_id(furnished)
    draft = InvitationDraft(
        person_id=person.id,
        organisation_id=_organisation_id(furnished),
        motive_id=motive_id,
        channel=channel,
        last_day=furnished.today + GOOD_FOR,
        message=WORDS,
    )
    return await invitations.invite(draft, _agent(furnished))


def _organisation_id(furnished: Furnished) -> UUID:
    name = furnished.plan.invited[0]
    plan = next(one for one in furnished.plan.motives if one.draft.name == name)
    return furnished.organisations[plan.organisation]


def _motive_id(furnished: Furnished) -> UUID:
    name = furnished.plan.invited[0]
    return next(id_ for (_house, called), id_ in furnished.motives.items() if called == name)


def _agent(furnished: Furnished) -> Actor:
    plan = next(one for one in furnished.plan.agents if one.account == "agent")
    return Actor("agent", furnished.agent_id(plan))


async def _leave(_furnished: Furnished, _made: UUID, _person: Found) -> None:
    """Leave it as it was sent."""


async def _open(_furnished: Furnished, made: UUID, _person: Found) -> None:
    await open_invitation(made)


async def _withdraw(furnished: Furnished, made: UUID, _person: Found) -> None:
    await invitations.revoke(made, _agent(furnished))


async def _book(furnished: Furnished, made: UUID, person: Found) -> None:
    """Book the first free time with it, as the person does."""
    await open_invitation(made)
    asking = await invitations.asking_of(await invitations.invitation(made))
    slots = await _slots(furnished, made)
    if not slots:
        return
    held = HoldRequest(
        motive_id=_motive_id(furnished),
        starts_at=slots[0].starts_at,
        place_id=slots[0].place_id,
        owner=OWNER,
        asking=asking,
    )
    request = ConfirmRequest(person_id=person.id, invitation_id=made, instructions_accepted=True)
    await appointments.book(held, request, Actor("person", person.id))


async def _slots(furnished: Furnished, made: UUID) -> Sequence[Slot]:
    now = clock.now()
    query = SlotQuery(
        motive_id=_motive_id(furnished),
        starts_from=now,
        starts_before=now + timedelta(days=60),
        asking=await invitations.asking_of(await invitations.invitation(made)),
    )
    return await availability.find_slots(query)


OUTCOMES: Final[Sequence[tuple[InvitationChannel, Outcome]]] = (
    ("email", _book),
    ("email", _open),
    ("email", _leave),
    ("letter", _withdraw),
    ("letter", _leave),
    ("letter", _book),
)

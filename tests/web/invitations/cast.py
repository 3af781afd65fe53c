"""An office that invites, and what whoever is invited does with the link."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from creneau.context import SYSTEM, Actor
from creneau.database import tenant_transaction
from creneau.invitations import service as invitations
from creneau.invitations.schemas import InvitationDraft
from creneau.invitations.service.inviting import link_for
from creneau.people.files import service as files
from creneau.people.schemas import PersonDraft
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft

from tests.days import today
from tests.web.backoffice.cast import Office
from tests.web.public.citizen import slots_in, words
from tests.web.stage import Visitor


class Invited(msgspec.Struct, frozen=True):
    """The office, with a motive on the spot and one by phone for invited people alone."""

    office: Office
    motive: UUID
    by_phone: UUID


async def opened_for(office: Office, motives: Sequence[UUID], day: date) -> None:
    draft = OpeningDraft(
        resource_id=office.alice,
        place_id=office.place,
        motive_ids=tuple(motives),
        title="",
        first_day=day,
        start_time=time(9),
        end_time=time(17),
        recurrence="FREQ=DAILY;COUNT=5",
    )
    await planning.create_opening(draft, SYSTEM)


async def a_file(office: Office, **values: Any) -> UUID:
    """Write a file for Amina Diallo, whose number is known."""
    draft = PersonDraft(
        first_name="Amina", last_name="Diallo", email="amina@exemple.fr", phone="06 12 34 56 78"
    )
    draft = msgspec.structs.replace(draft, **values)
    return await files.create(draft, [office.organisation], SYSTEM)


async def link(stage: Invited, person_id: UUID, **values: Any) -> str:
    """Invite somebody by letter, and give the address that the letter leads to."""
    draft = InvitationDraft(
        person_id=person_id,
        organisation_id=stage.office.organisation,
        motive_id=stage.motive,
        channel="letter",
        last_day=today() + timedelta(days=30),
    )
    draft = msgspec.structs.replace(draft, **values)
    made = await invitations.invite(draft, Actor("agent", stage.office.alice))
    async with tenant_transaction() as tx:
        return f"/invitation/{await link_for(tx, made)}"


async def begin(visitor: Visitor, way: str, motive: UUID) -> None:
    answer = await visitor.submit(way, {"motive": str(motive)})
    assert answer.headers["location"] == f"/rdv/{motive}", words(answer)


async def hold(visitor: Visitor, stage: Invited, motive: UUID) -> str:
    """Hold the first free time, and give the address of the booking on its way."""
    path = f"/rdv/{motive}/{stage.office.place}"
    slot = slots_in(await visitor.get(path))[0]
    answer = await visitor.submit(f"{path}/reservation", {"slot": slot})
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"].removesuffix("/suite")


async def book(visitor: Visitor, stage: Invited, way: str) -> str:
    """Walk from the link to the confirmation, and give the booking's address."""
    await begin(visitor, way, stage.motive)
    booking = await hold(visitor, stage, stage.motive)
    answer = await visitor.get(f"{booking}/suite")
    assert answer.headers["location"] == f"{booking}/confirmation"
    answer = await visitor.submit(f"{booking}/confirmation")
    assert answer.headers["location"] == f"{booking}/termine", words(answer)
    return booking

"""An invitation is good for one appointment, of one person, for what it says, until its day (S-11)."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import NotBookable
from creneau.appointments.schemas import ConfirmRequest
from creneau.availability.schemas import Asking
from creneau.context import SYSTEM, VISITOR, Actor, acting_for
from creneau.invitations import service
from creneau.invitations.errors import (
    InvitationExpired,
    InvitationRevoked,
    InvitationSettled,
    InvitationUsed,
    NobodyFollows,
    NotInvited,
)
from creneau.people import service as people
from creneau.people.schemas import Identity, RelativeDraft
from creneau.refusals import NotFound
from creneau_infra import clock

from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.invitations.cast import (
    a_person,
    asking,
    book_with,
    held,
    in_days,
    invite,
    slots_with,
    state,
)
from tests.platform.planning import open_for, soon


@pytest.mark.feature("S-11")
async def test_who_is_invited_books_what_nobody_else_can(invited_only: Town) -> None:
    amina = await a_person()
    made = await invite(invited_only, amina)
    slot = (await slots_with(invited_only, made))[0]
    jeanne = ConfirmRequest(identity=Identity(first_name="Jeanne", last_name="Petit"))
    with pytest.raises(NotBookable):
        await appointments.book(held(invited_only, slot, Asking()), jeanne, VISITOR)
    with pytest.raises(NotBookable):
        await appointments.book(held(invited_only, slot, Asking(person_id=amina)), jeanne, VISITOR)
    by_program = held(invited_only, slot, Asking(), source="api")
    with pytest.raises(NotBookable):
        await appointments.book(by_program, jeanne, Actor("api"))
    booking = await book_with(invited_only, made, amina)
    assert (booking.person_id, booking.source) == (amina, "public")
    assert await state(made) == "booked"


async def test_a_hold_by_invitation_is_confirmed_by_that_invitation_alone(
    invited_only: Town,
) -> None:
    amina, jeanne = await a_person(), await a_person(first_name="Jeanne")
    made = await invite(invited_only, amina)
    slot = (await slots_with(invited_only, made))[0]
    booking = await appointments.hold(held(invited_only, slot, await asking(made)), VISITOR)
    with pytest.raises(NotBookable):
        await appointments.confirm(booking.id, b"amina", ConfirmRequest(person_id=amina), VISITOR)
    other = ConfirmRequest(person_id=jeanne, invitation_id=made)
    with pytest.raises(NotInvited):
        await appointments.confirm(booking.id, b"amina", other, VISITOR)
    unknown = ConfirmRequest(person_id=amina, invitation_id=uuid4())
    with pytest.raises(NotInvited):
        await appointments.confirm(booking.id, b"amina", unknown, VISITOR)
    own = ConfirmRequest(person_id=amina, invitation_id=made)
    assert (await appointments.confirm(booking.id, b"amina", own, VISITOR)).person_id == amina
    again = await appointments.confirm(booking.id, b"amina", own, VISITOR)
    assert again.id == booking.id


@pytest.mark.feature("S-11")
async def test_it_books_once_even_where_it_is_opened_twice_at_once(invited_only: Town) -> None:
    amina = await a_person()
    made = await invite(invited_only, amina)
    first, second = (await slots_with(invited_only, made))[:2]
    found = await asking(made)
    holds = [
        await appointments.hold(held(invited_only, slot, found, owner=owner), VISITOR)
        for slot, owner in ((first, b"phone"), (second, b"computer"))
    ]
    request = ConfirmRequest(person_id=amina, invitation_id=made)
    answers = await asyncio.gather(
        *(
            appointments.confirm(hold.id, owner, request, VISITOR)
            for hold, owner in zip(holds, (b"phone", b"computer"), strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Booking", "InvitationUsed"]
    with pytest.raises(InvitationUsed):
        await book_with(invited_only, made, amina)


@pytest.mark.feature("S-11")
async def test_a_cancelled_appointment_leaves_it_good_until_its_day(invited_only: Town) -> None:
    amina = await a_person()
    made = await invite(invited_only, amina)
    booking = await book_with(invited_only, made, amina)
    await appointments.cancel(booking.id, VISITOR)
    assert await state(made) == "opened"
    again = await book_with(invited_only, made, amina, at=1)
    assert again.id != booking.id
    await appointments.set_state(again.id, "no_show", Actor("agent", invited_only.alice))
    assert await state(made) == "booked"


@pytest.mark.feature("S-11")
async def test_it_is_good_for_its_own_motive_or_category_and_nothing_else(
    invited_only: Town,
) -> None:
    amina = await a_person()
    other = await new_motive(
        invited_only.organisation, invited_only.citizenship, name="Budget", audience="invited"
    )
    await open_for(invited_only, invited_only.alice, soon(), motive_ids=[other])
    for made in (
        await invite(invited_only, amina),
        await invite(invited_only, amina, motive_id=None, category="Accompagnement"),
    ):
        found = await service.motives_of(await service.invitation(made))
        assert [one.id for one in found] == [invited_only.motive]
        slot = (await slots_with(invited_only, made))[0]
        with pytest.raises(NotInvited):
            await appointments.hold(
                held(invited_only, slot, await asking(made), motive_id=other), VISITOR
            )
    await book_with(invited_only, made, amina)


@pytest.mark.feature("S-11")
async def test_with_their_referents_only_their_time_is_offered(invited_only: Town) -> None:
    amina = await a_person()
    await people.add_referent(amina, invited_only.bea, SYSTEM)
    made = await invite(invited_only, amina, referents_only=True)
    offered = {one for slot in await slots_with(invited_only, made) for one in slot.resource_ids}
    assert offered == {invited_only.bea}
    slot = (await slots_with(invited_only, made))[0]
    with_alice = held(invited_only, slot, await asking(made), resource_id=invited_only.alice)
    request = ConfirmRequest(person_id=amina, invitation_id=made)
    booking = await appointments.book(
        held(invited_only, slot, await asking(made)), request, VISITOR
    )
    assert booking.resource_ids == (invited_only.bea,)
    with pytest.raises(InvitationUsed):
        await appointments.hold(with_alice, VISITOR)
    await people.remove_referent(amina, invited_only.bea, SYSTEM)
    with pytest.raises(NobodyFollows):
        await asking(made)


async def test_a_relative_s_referents_are_those_of_who_answers_for_them(invited_only: Town) -> None:
    amina = await a_person()
    await people.add_referent(amina, invited_only.bea, SYSTEM)
    leo = await people.add_relative(amina, relative(), SYSTEM)
    made = await invite(invited_only, leo, referents_only=True)
    assert list((await asking(made)).among) == [invited_only.bea]
    assert (await book_with(invited_only, made, leo)).person_id == leo


def relative() -> RelativeDraft:
    return RelativeDraft(first_name="Léo", last_name="Diallo")


@pytest.mark.feature("S-11")
async def test_after_its_day_or_once_withdrawn_it_books_nothing(
    invited_only: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = await a_person()
    withdrawn = await invite(invited_only, amina)
    slot = (await slots_with(invited_only, withdrawn))[0]
    hold = await appointments.hold(held(invited_only, slot, await asking(withdrawn)), VISITOR)
    alice = Actor("agent", invited_only.alice)
    await service.revoke(withdrawn, alice)
    with pytest.raises(InvitationSettled):
        await service.revoke(withdrawn, alice)
    request = ConfirmRequest(person_id=amina, invitation_id=withdrawn)
    with pytest.raises(InvitationRevoked):
        await appointments.confirm(hold.id, b"amina", request, VISITOR)
    short = await invite(invited_only, amina, last_day=in_days(1))
    later = (await service.invitation(short)).ends_at
    monkeypatch.setattr(clock, "now", lambda: later - timedelta(seconds=1))
    assert await state(short) == "sent"
    monkeypatch.setattr(clock, "now", lambda: later)
    assert await state(short) == "expired"
    with pytest.raises(InvitationExpired):
        await book_with(invited_only, short, amina)


async def test_another_tenant_s_invitation_is_none_here(
    invited_only: Town, stranger: Stranger
) -> None:
    amina = await a_person()
    made = await invite(invited_only, amina)
    slot = (await slots_with(invited_only, made))[0]
    with acting_for(stranger.tenant):
        with pytest.raises(NotFound):
            await service.invitation(made)
        theirs = Asking(person_id=amina, invitation_id=made)
        with pytest.raises(NotInvited):
            await appointments.hold(
                held(stranger.town, slot, theirs, place_id=stranger.town.place), VISITOR
            )
        with pytest.raises(NotFound):
            await invite(stranger.town, amina)

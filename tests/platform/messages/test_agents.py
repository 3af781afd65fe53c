"""Agents learn of what concerns their agenda, whoever changed it, and by which door (C-80)."""

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import MoveRequest
from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import AgentPreference
from creneau.messages.receipts import service as receipts

from tests.platform.cast import Town
from tests.platform.messages.post import (
    ALICE,
    Postman,
    PostOffice,
    book,
    calendar_of,
    free_slots,
    open_mornings,
    text_of,
)

BOB, ALICE_AT_WORK = "bob@exemple.fr", "alice@exemple.fr"


@pytest.fixture
async def two(open_town: Town) -> Town:
    """Let Bob and Alice read their mail, and both take the motive."""
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET state = 'active' WHERE tenant_id = $1", tx.tenant_id)
    return open_town


async def test_who_loses_an_appointment_to_a_colleague_is_told_as_the_colleague_is(
    two: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(two.motive)
    await postman.walk()
    await open_mornings(two.alice, two.place, [two.motive])
    post_office.letters.clear()
    later = (await free_slots(two.motive))[3]
    move = MoveRequest(starts_at=later.starts_at, resource_id=two.alice)
    moved = await appointments.move(booking.id, move, Actor("agent", two.sam))
    assert moved.resource_ids == (two.alice,)
    await postman.walk()
    assert post_office.addressees == [ALICE.email, ALICE_AT_WORK, BOB]
    lost = post_office.the_letter_to(BOB)
    assert "Rendez-vous retiré de votre agenda" in str(lost["Subject"])
    assert "Désormais avec\u00a0: Alice Martin" in text_of(lost)
    assert "/agents/rendez-vous/" not in text_of(lost)
    assert "Rendez-vous déplacé" in str(post_office.the_letter_to(ALICE_AT_WORK)["Subject"])
    kept = {one.address: one.state for one in await receipts.of_booking(booking.id)}
    assert kept[BOB] == "sent"


@pytest.mark.parametrize(
    ("by", "wish"),
    [("bob", AgentPreference()), ("sam", AgentPreference(moved=False))],
)
async def test_who_makes_the_move_and_who_wants_no_moves_are_not_told(
    two: Town, post_office: PostOffice, postman: Postman, by: str, wish: AgentPreference
) -> None:
    await preferences.choose_of_agent(two.bob, wish)
    booking = await book(two.motive)
    await open_mornings(two.alice, two.place, [two.motive])
    await postman.walk()
    post_office.letters.clear()
    later = (await free_slots(two.motive))[3]
    move = MoveRequest(starts_at=later.starts_at, resource_id=two.alice)
    await appointments.move(booking.id, move, Actor("agent", getattr(two, by)))
    await postman.walk()
    assert post_office.addressees == [ALICE.email, ALICE_AT_WORK]


async def test_an_appointment_excused_by_the_secretariat_is_called_off_for_everybody_else(
    two: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(two.motive)
    await postman.walk()
    post_office.letters.clear()
    await appointments.set_state(booking.id, "excused", Actor("agent", two.sam))
    await postman.walk()
    assert post_office.addressees == [ALICE.email, BOB]
    letter = post_office.the_letter_to(ALICE.email)
    assert "L’annulation est enregistrée" in text_of(letter)
    assert b"METHOD:CANCEL" in calendar_of(letter)
    post_office.letters.clear()
    await appointments.set_state(booking.id, "planned", Actor("agent", two.sam))
    await postman.walk()
    letter = post_office.the_letter_to(ALICE.email)
    assert str(letter["Subject"]).startswith("Rendez-vous confirmé")
    assert b"METHOD:CANCEL" not in calendar_of(letter)


async def test_what_is_noted_of_an_appointment_that_took_place_tells_nobody(
    two: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await book(two.motive)
    await postman.walk()
    post_office.letters.clear()
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE appointment SET starts_at = now() - interval '1 hour', "
            "ends_at = now() + interval '1 hour' WHERE tenant_id = $1",
            tx.tenant_id,
        )
    for state in ("seen", "excused"):
        await appointments.set_state(booking.id, state, Actor("agent", two.bob))
    await postman.walk()
    assert post_office.letters == []

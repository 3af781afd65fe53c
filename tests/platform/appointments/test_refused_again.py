"""What was refused a moment ago is refused again unlooked-at, and never once it is free (C-22)."""

from collections.abc import AsyncGenerator, Sequence
from typing import cast

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import NotBookable, SlotTaken
from creneau.appointments.schemas import Booking, ConfirmRequest, MoveRequest
from creneau.appointments.service import nearest
from creneau.availability.schemas import Slot
from creneau.context import SYSTEM, VISITOR
from creneau.idempotency.schemas import Once
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.redis import answers

from tests.platform.cast import Town, new_motive
from tests.platform.hearing import Heard, hearing
from tests.platform.planning import AMINA, JEANNE, book, hold, nine, open_for, soon, wish

pytestmark = pytest.mark.usefixtures("redis")

JEANNES = ConfirmRequest(identity=JEANNE, email_proven=True)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is kept live longer than a busy machine takes for a test."""
    monkeypatch.setattr(answers, "LIFETIME", 60.0)
    monkeypatch.setattr(nearest, "LIFETIME", 60.0)


@pytest.fixture
async def taken(opened: Town) -> Booking:
    """Nine o'clock is Amina's, and somebody was told so a moment ago."""
    booked = await book(opened, nine(), AMINA)
    with pytest.raises(SlotTaken):
        await hold(opened, nine())
    return booked


@pytest.fixture
async def heard(
    postgres: PostgresAddress, opened: Town, taken: Booking
) -> AsyncGenerator[Heard, None]:
    """Listen to every statement from now on."""
    del opened, taken
    async with hearing(postgres) as statements:
        yield statements


async def test_nobody_looks_for_it_again_and_the_same_others_are_offered(
    opened: Town, heard: Heard
) -> None:
    for _ in range(3):
        heard.clear()
        with pytest.raises(SlotTaken) as refusal:
            await hold(opened, nine(), owner=b"another visitor")
        assert len(cast("Sequence[Slot]", refusal.value.details["nearest"])) == 3
        assert [said.split()[0].rstrip(";") for said in heard] == ["BEGIN", "ROLLBACK"]


@pytest.mark.usefixtures("taken")
async def test_another_time_is_given_to_the_same_visitor(opened: Town) -> None:
    assert (await hold(opened, nine(minute=30))).state == "held"


async def test_it_is_given_to_the_next_as_soon_as_it_is_free(opened: Town, taken: Booking) -> None:
    await appointments.cancel(taken.id, SYSTEM)
    assert (await hold(opened, nine())).state == "held"


async def test_whoever_won_hears_so_again_by_their_key(opened: Town) -> None:
    once = Once("the same key", b"the same request")
    won = await appointments.book(wish(opened, nine()), JEANNES, VISITOR, once)
    with pytest.raises(SlotTaken):
        await hold(opened, nine())
    again = await appointments.book(wish(opened, nine()), JEANNES, VISITOR, once)
    assert again.id == won.id


async def test_a_booking_moves_onto_its_own_time_whatever_others_were_refused(
    opened: Town,
) -> None:
    motive = await new_motive(
        opened.organisation, opened.citizenship, name="Par quart", step_minutes=15
    )
    await open_for(opened, opened.bea, soon(), motive_ids=[motive])
    mine = await book(opened, nine(), motive_id=motive)
    theirs = await book(opened, nine(minute=60), AMINA, motive_id=motive)
    there = MoveRequest(starts_at=nine(minute=15))
    for _ in range(2):
        with pytest.raises(SlotTaken):
            await appointments.move(theirs.id, there, VISITOR)
    moved = await appointments.move(mine.id, there, VISITOR)
    assert moved.starts_at == nine(minute=15)


async def test_whoever_may_not_book_the_motive_at_all_is_still_told_that(opened: Town) -> None:
    motive = await new_motive(
        opened.organisation, opened.citizenship, name="Sur orientation", audience="prescribers"
    )
    await open_for(opened, opened.bea, soon(), motive_ids=[motive])
    by_a_program = wish(opened, nine(), motive_id=motive, source="api")
    await appointments.hold(by_a_program, VISITOR)
    for _ in range(2):
        with pytest.raises(SlotTaken):
            await appointments.hold(by_a_program, VISITOR)
    with pytest.raises(NotBookable):
        await hold(opened, nine(), motive_id=motive)

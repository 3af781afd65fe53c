"""Extra questions of a motive: what may be asked, what is kept, what is forgotten (C-05)."""

from typing import Any
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest
from creneau.context import SYSTEM, VISITOR, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.people import service as people
from creneau.questions import service
from creneau.questions.errors import QuestionsNotAnswered
from creneau.questions.rules import field_of, in_words, moved
from creneau.questions.schemas import QuestionDraft
from creneau.refusals import InvalidInput, NotFound

from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.planning import AMINA, JEANNE, nine, open_for, soon, wish

ALLERGY = QuestionDraft(label="Une allergie ?", kind="yes_no", required=True)
WAY = QuestionDraft(label="Comment venez-vous ?", kind="choice", options=("À pied", "En bus"))
MORE = QuestionDraft(label="Autre chose ?")


async def ask_all(town: Town) -> list[UUID]:
    return [await service.ask(town.motive, draft, SYSTEM) for draft in (ALLERGY, WAY, MORE)]


async def booked(town: Town, values: dict[str, str], **changes: Any) -> Booking:
    await open_for(town, town.alice, soon())
    request = ConfirmRequest(identity=JEANNE, email_proven=True, values=values)
    return await appointments.book(wish(town, nine(), **changes), request, VISITOR)


async def past(booking: Booking) -> None:
    """Let an appointment have been: only then a person can be erased."""
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE booking SET state = 'seen' WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            booking.id,
        )


async def answers(booking: Booking) -> list[tuple[str, str]]:
    return [(one.label, in_words(one)) for one in await service.answers_of(booking.id)]


async def test_questions_come_in_the_order_that_was_chosen(town: Town) -> None:
    first, second, third = await ask_all(town)
    await service.move(town.motive, third, "up", SYSTEM)
    assert [one.id for one in await service.asked(town.motive)] == [first, third, second]
    await service.move(town.motive, first, "up", SYSTEM)
    assert [one.id for one in await service.asked(town.motive)] == [first, third, second]
    assert moved([first, second], first, "down") == [second, first]


async def test_what_cannot_be_asked_gets_a_sentence(town: Town) -> None:
    for draft, field in (
        (QuestionDraft(label=" "), "label"),
        (QuestionDraft(label="Lequel ?", kind="choice", options=("Un", " Un ")), "options"),
        (QuestionDraft(label="x" * 201), "label"),
    ):
        with pytest.raises(InvalidInput) as refused:
            await service.ask(town.motive, draft, SYSTEM)
        assert set(refused.value.fields) == {field}
    assert await service.asked(town.motive) == []


async def test_answers_are_kept_with_the_booking_as_they_were_asked(town: Town) -> None:
    allergy, way, more = await ask_all(town)
    booking = await booked(town, {field_of(allergy): "no", field_of(way): "En bus"})
    assert await answers(booking) == [("Une allergie ?", "Non"), ("Comment venez-vous ?", "En bus")]
    await service.change(town.motive, way, QuestionDraft(label="À vélo ?", kind="yes_no"), SYSTEM)
    await service.stop_asking(town.motive, allergy, SYSTEM)
    assert await answers(booking) == [("Une allergie ?", "Non"), ("Comment venez-vous ?", "En bus")]
    assert [one.id for one in await service.asked(town.motive)] == [way, more]
    assert await service.answered_by(way) == 1
    assert await service.answered_by(more) == 0


@pytest.mark.parametrize("answer", ["", "peut-être"])
async def test_a_needed_answer_that_is_missing_or_was_not_offered_books_nothing(
    town: Town, answer: str
) -> None:
    allergy, *_others = await ask_all(town)
    with pytest.raises(QuestionsNotAnswered) as refused:
        await booked(town, {field_of(allergy): answer})
    assert str(refused.value) == "Répondez d’abord à cette question : Une allergie ?"


async def test_an_agent_who_books_need_not_answer(town: Town) -> None:
    await ask_all(town)
    await open_for(town, town.alice, soon())
    request = ConfirmRequest(identity=JEANNE)
    by = Actor("agent", town.alice)
    made = await appointments.book(wish(town, nine(), source="agent"), request, by)
    assert (made.state, await answers(made)) == ("planned", [])


async def test_a_person_gets_their_answers_and_has_them_erased(town: Town) -> None:
    allergy, _way, more = await ask_all(town)
    booking = await booked(town, {field_of(allergy): "yes", field_of(more): "Le latex"})
    assert booking.person_id
    copy = await people.export(booking.person_id)
    assert [(one["question"], one["answer"]) for one in copy["answers"]] == [
        ("Une allergie ?", "yes"),
        ("Autre chose ?", "Le latex"),
    ]
    other = ConfirmRequest(identity=AMINA, email_proven=True, values={field_of(allergy): "no"})
    kept = await appointments.book(wish(town, nine(minute=30)), other, VISITOR)
    await past(booking)
    await people.erase(booking.person_id, SYSTEM)
    assert await answers(booking) == []
    assert await answers(kept) == [("Une allergie ?", "Non")]


async def test_a_question_of_another_motive_is_not_found(town: Town, stranger: Stranger) -> None:
    allergy, *_others = await ask_all(town)
    passport = await new_motive(town.organisation, town.citizenship, name="Passeport")
    for motive in (passport, stranger.town.motive):
        with pytest.raises(NotFound):
            await service.change(motive, allergy, MORE, SYSTEM)
        with pytest.raises(NotFound):
            await service.stop_asking(motive, allergy, SYSTEM)
    with acting_for(stranger.tenant):
        assert await service.asked(town.motive) == []
        with pytest.raises(NotFound):
            await service.ask(town.motive, MORE, SYSTEM)


async def test_a_motive_asks_twenty_questions_at_most(town: Town) -> None:
    for number in range(20):
        await service.ask(town.motive, QuestionDraft(label=f"Question {number} ?"), SYSTEM)
    with pytest.raises(InvalidInput):
        await service.ask(town.motive, MORE, SYSTEM)

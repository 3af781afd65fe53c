"""A motive's own questions on the public path, and the answers with the booking (C-05, C-41)."""

import pytest
from creneau.context import SYSTEM, Tenant
from creneau.people import service as people
from creneau.questions import service as questions
from creneau.questions.rules import field_of, in_words
from creneau.questions.schemas import QuestionDraft

from tests.platform.cast import Town
from tests.platform.waiting.cast import Worker, ask, cancel, fill
from tests.web.public.citizen import JEANNE, book_first, hold_first, id_of, identify, words
from tests.web.public.test_waiting import link_in
from tests.web.stage import Visitor

WAY = QuestionDraft(
    label="Comment venez-vous ?", kind="choice", options=("À pied", "En bus"), required=True
)
MORE = QuestionDraft(label="Autre chose ?", hint="En quelques mots.")


async def asking(town: Town, *drafts: QuestionDraft) -> list[str]:
    """Ask questions, and name the fields that answer them."""
    return [field_of(await questions.ask(town.motive, draft, SYSTEM)) for draft in drafts]


async def answers(booking: str) -> list[str]:
    return [in_words(one) for one in await questions.answers_of(id_of(booking))]


@pytest.mark.feature("C-05")
async def test_a_citizen_answers_and_reads_the_answers_before_confirming(
    jeanne: Visitor, town: Town
) -> None:
    way, more = await asking(town, WAY, MORE)
    booking = await hold_first(jeanne, town)
    page = words(await jeanne.get(f"{booking}?pour=moi"))
    for said in ("Comment venez-vous ?", "À pied", "Autre chose ?", "En quelques mots."):
        assert said in page, said
    missing = await jeanne.submit(booking, {**JEANNE, more: "Rien"})
    assert missing.status_code == 422
    assert f'href="#{way}"' in missing.text
    assert 'value="Rien"' in missing.text
    await identify(jeanne, booking, {**JEANNE, way: "En bus", more: "<b>Rien</b>"})
    summary = await jeanne.get(f"{booking}/confirmation")
    assert "En bus" in words(summary)
    assert "&lt;b&gt;Rien&lt;/b&gt;" in summary.text
    done = await jeanne.submit(f"{booking}/confirmation")
    assert done.headers["location"] == f"{booking}/termine", words(done)
    assert await answers(booking) == ["En bus", "<b>Rien</b>"]


async def test_an_answer_that_is_not_offered_is_refused(jeanne: Visitor, town: Town) -> None:
    (way,) = await asking(town, WAY)
    booking = await hold_first(jeanne, town)
    answer = await jeanne.submit(booking, {**JEANNE, way: "En fusée"})
    assert answer.status_code == 422
    assert "Choisissez une des réponses proposées." in words(answer)


async def test_who_is_known_is_asked_the_questions_and_nothing_else(
    jeanne: Visitor, town: Town
) -> None:
    await book_first(jeanne, town)
    (way,) = await asking(town, WAY)
    booking = await hold_first(jeanne, town)
    assert (await jeanne.get(f"{booking}/suite")).headers["location"] == booking
    page = await jeanne.get(booking)
    assert "Comment venez-vous ?" in words(page)
    assert 'name="email"' not in page.text
    answer = await jeanne.submit(booking, {"who": "self", way: "À pied"})
    assert answer.headers["location"] == f"{booking}/confirmation", words(answer)
    await jeanne.submit(f"{booking}/confirmation")
    assert await answers(booking) == ["À pied"]


async def test_a_question_that_came_meanwhile_is_asked_before_it_is_confirmed(
    jeanne: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking)
    (way,) = await asking(town, WAY)
    refused = await jeanne.submit(f"{booking}/confirmation")
    assert "Répondez d’abord à cette question : Comment venez-vous ?" in words(refused)
    await jeanne.submit(booking, {**JEANNE, way: "En bus"})
    done = await jeanne.submit(f"{booking}/confirmation")
    assert done.headers["location"] == f"{booking}/termine", words(done)


async def test_who_accepts_an_offer_answers_as_well(
    paul: Visitor, town: Town, tenant: Tenant
) -> None:
    worker = Worker(tenant)
    booked = await fill(town)
    (way,) = await asking(town, WAY)
    await ask(town, "Amina")
    await cancel(booked[0])
    await worker.work()
    link = link_in(worker)
    assert "Comment venez-vous ?" in words(await paul.get(link))
    assert (await paul.submit(f"{link}/acceptation")).status_code == 422
    assert (await paul.submit(f"{link}/acceptation", {way: "En bus"})).status_code == 303


async def test_the_answers_are_in_ones_own_data(jeanne: Visitor, town: Town) -> None:
    way, _more = await asking(town, WAY, MORE)
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking, {**JEANNE, way: "En bus"})
    await jeanne.submit(f"{booking}/confirmation")
    own = (await jeanne.get("/mes-rendez-vous/mes-donnees.json")).json()
    assert [(one["question"], one["answer"]) for one in own["answers"]] == [
        ("Comment venez-vous ?", "En bus")
    ]
    assert len(await people.proven_persons(JEANNE["email"])) == 1

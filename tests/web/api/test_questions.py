"""What a motive asks, told to programs, which send the answers with the booking (C-05)."""

from typing import Any

import httpx
from creneau.context import SYSTEM
from creneau.questions import service as questions
from creneau.questions.rules import field_of
from creneau.questions.schemas import QuestionDraft

from tests.platform.cast import Town
from tests.web.api.test_bookings import counted, first_slots, straight

ALLERGY = QuestionDraft(label="Une allergie ?", kind="yes_no", required=True)
WAY = QuestionDraft(label="Comment ?", kind="choice", options=("À pied", "En bus"))


async def test_a_program_reads_what_is_asked_and_sends_the_answers(
    caller: httpx.AsyncClient, town: Town
) -> None:
    allergy, way = [await questions.ask(town.motive, one, SYSTEM) for one in (ALLERGY, WAY)]
    listed: dict[str, Any] = (await caller.get("/api/v1/motives")).json()["motives"][0]
    assert [(one["name"], one["required"], one["options"]) for one in listed["questions"]] == [
        (field_of(allergy), True, ["yes", "no"]),
        (field_of(way), False, ["À pied", "En bus"]),
    ]
    start = (await first_slots(caller, town))[0]["start"]
    for values in ({}, {field_of(allergy): "peut-être"}):
        refused = await straight(caller, town, start, values=values)
        assert (refused.status_code, refused.json()["code"]) == (422, "questions_not_answered")
    assert await counted("booking") == 0
    booked = await straight(caller, town, start, values={field_of(allergy): "no"})
    assert booked.status_code == 201, booked.text
    assert [one.answer for one in await questions.answers_of(booked.json()["id"])] == ["no"]

"""The core's own fields at identification: what a motive asks, checked and kept (C-05, C-41)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from creneau.appointments.schemas import Booking
from creneau.contributions import BookingFields, Field, PersonalData
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.questions import queries
from creneau.questions.errors import QuestionsNotAnswered
from creneau.questions.rules import (
    LONGEST_ANSWER,
    NO,
    YES,
    field_of,
    given_answers,
    wrong_answer,
)
from creneau.questions.schemas import Question

CORE = "core"


class AskedFields(BookingFields, frozen=True, kw_only=True):
    """What one motive asks, as a group of fields like a plugin's."""

    questions: tuple[Question, ...]

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say what is wrong with each answer."""
        judged = (
            (field_of(one.id), wrong_answer(one, values.get(field_of(one.id), "")))
            for one in self.questions
        )
        return {name: sentence for name, sentence in judged if sentence}

    async def save(self, tx: Transaction, booking_id: UUID, values: Mapping[str, str]) -> None:
        """Keep the answers with the booking."""
        await queries.keep(tx, booking_id, given_answers(self.questions, values))


def fields_of(questions: Sequence[Question]) -> list[AskedFields]:
    """Put what a motive asks into a group of fields; none where it asks nothing."""
    if not questions:
        return []
    fields = tuple(_field(question) for question in questions)
    return [AskedFields(plugin=CORE, legend="", fields=fields, questions=tuple(questions))]


def _field(question: Question) -> Field:
    options = {
        "choice": tuple((option, option) for option in question.options),
        "yes_no": ((YES, _("Oui")), (NO, _("Non"))),
    }
    return Field(
        name=field_of(question.id),
        label=question.label,
        hint=question.hint,
        kind="text" if question.kind == "text" else "radio",
        required=question.required,
        maximum_length=LONGEST_ANSWER,
        options=options.get(question.kind, ()),
    )


async def keep_answers(tx: Transaction, booking: Booking, values: Mapping[str, str]) -> None:
    """Keep the answers that come with a confirmation, in its transaction.

    Agents may leave a question open: they ask it when they see fit.

    Raises:
        QuestionsNotAnswered: The public or a program left out what is needed, or sent an answer
            that is not offered.
    """
    asked = await queries.asked(tx, booking.motive_id)
    for question in asked if booking.source != "agent" else ():
        if wrong_answer(question, values.get(field_of(question.id), "")):
            raise QuestionsNotAnswered(question=question.label)
    await queries.keep(tx, booking.id, given_answers(asked, values))


class AnswersData(PersonalData, frozen=True):
    """What somebody answered to extra questions, in access and erasure requests (C-44)."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give every answer with its question."""
        return {"answers": msgspec.to_builtins(await queries.of_person(tx, person_id))}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Remove every answer."""
        await queries.forget(tx, person_id)

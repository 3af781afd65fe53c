"""Extra questions and their answers as they are read."""

from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal["text", "choice", "yes_no"]
Direction = Literal["up", "down"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a motive asks of whoever books (C-05); `options` are those of a choice."""

    id: UUID
    motive_id: UUID
    label: str
    hint: str
    kind: Kind
    options: tuple[str, ...]
    required: bool
    position: int


class QuestionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to ask something; the fields mean the same as in `Question`."""

    label: str
    kind: Kind = "text"
    hint: str = ""
    options: tuple[str, ...] = ()
    required: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered, to the question as it was asked; `yes` or `no` where that was asked."""

    question_id: UUID
    label: str
    kind: Kind
    answer: str
    position: int


class AnswerOfPerson(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as a person's own copy of the data shows it."""

    booking_id: UUID
    question: str
    answer: str

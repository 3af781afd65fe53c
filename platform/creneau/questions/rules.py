"""What may be asked, and what answers it (C-05)."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, get_args
from uuid import UUID

import msgspec

from creneau.i18n import gettext as _
from creneau.questions.schemas import Answer, Direction, Kind, Question, QuestionDraft
from creneau.validation import Checked

YES: Final = "yes"
NO: Final = "no"
LONGEST_LABEL: Final = 200
LONGEST_OPTION: Final = 120
LONGEST_ANSWER: Final = 1000
FEWEST_OPTIONS: Final = 2
MOST_OPTIONS: Final = 30
MOST_QUESTIONS: Final = 20
FIELDS: Final = QuestionDraft.__struct_fields__


def version_of(question: Question) -> str:
    """Name the state of a question that a form is made from; its place among the others is none of it."""
    state = msgspec.json.encode([getattr(question, name) for name in FIELDS])
    return sha256(state).hexdigest()[:20]


def checked_question(draft: QuestionDraft) -> QuestionDraft:
    """Clean what is typed to ask something.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    options = _options(check, draft)
    clean = msgspec.structs.replace(
        draft,
        label=check.line(
            "label", draft.label, needed=_("Écrivez la question."), longest=LONGEST_LABEL
        ),
        hint=check.line("hint", draft.hint),
        options=options,
    )
    check.choice("kind", draft.kind, get_args(Kind))
    check.refuse_if_wrong()
    return clean


def _options(check: Checked, draft: QuestionDraft) -> tuple[str, ...]:
    if draft.kind != "choice":
        return ()
    lines = (check.line("options", text, longest=LONGEST_OPTION) for text in draft.options)
    options = tuple(dict.fromkeys(line for line in lines if line))
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        check.refuse(
            "options",
            _("Écrivez de 2 à %(most)s réponses différentes, une par ligne.", most=MOST_OPTIONS),
        )
    return options


def field_of(question_id: UUID) -> str:
    """Name the field of a question in forms, and in what programs send."""
    return f"question_{question_id.hex}"


def wrong_answer(question: Question, answer: str) -> str:
    """Say what is wrong with an answer, in the current language; empty: nothing."""
    if not answer:
        return _("Cette réponse est nécessaire.") if question.required else ""
    offered = {"yes_no": (YES, NO), "choice": question.options}.get(question.kind)
    if offered is not None and answer not in offered:
        return _("Choisissez une des réponses proposées.")
    if len(answer) > LONGEST_ANSWER:
        return _("Ce texte est trop long : %(longest)s caractères au plus.", longest=LONGEST_ANSWER)
    return ""


def given_answers(questions: Sequence[Question], values: Mapping[str, str]) -> list[Answer]:
    """Pick the answers out of a form's values; what was left empty is no answer."""
    return [
        Answer(
            question_id=question.id,
            label=question.label,
            kind=question.kind,
            answer=answer,
            position=question.position,
        )
        for question in questions
        if (answer := values.get(field_of(question.id), "").strip())
    ]


def in_words(answer: Answer) -> str:
    """Give an answer as it reads in the current language."""
    if answer.kind != "yes_no":
        return answer.answer
    return _("Oui") if answer.answer == YES else _("Non")


def moved(ids: Sequence[UUID], moving: UUID, direction: Direction) -> list[UUID]:
    """Change places with the neighbour above or below; at the end of the list nothing moves."""
    order = list(ids)
    at = order.index(moving)
    to = at + (-1 if direction == "up" else 1)
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    return order

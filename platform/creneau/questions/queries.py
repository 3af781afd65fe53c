"""Statements about extra questions and their answers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.questions.schemas import Answer, AnswerOfPerson, Question, QuestionDraft

_QUESTION = """
    SELECT id, motive_id, label, hint, kind, options, required, position
    FROM motive_question
    WHERE tenant_id = $1 AND archived_at IS NULL
"""


async def asked(tx: Transaction, motive_id: UUID) -> list[Question]:
    """Read what a motive asks, in its order."""
    sql = f"{_QUESTION} AND motive_id = $2 ORDER BY position, id"
    return await tx.all(Question, sql, tx.tenant_id, motive_id)


async def asked_by(tx: Transaction, motive_ids: Sequence[UUID]) -> list[Question]:
    """Read what several motives ask, each in its order."""
    sql = f"{_QUESTION} AND motive_id = ANY ($2::uuid[]) ORDER BY motive_id, position, id"
    return await tx.all(Question, sql, tx.tenant_id, list(motive_ids))


async def find(tx: Transaction, motive_id: UUID, question_id: UUID) -> Question | None:
    """Read one that its motive still asks."""
    sql = f"{_QUESTION} AND motive_id = $2 AND id = $3"
    return await tx.one(Question, sql, tx.tenant_id, motive_id, question_id)


async def was_asked(tx: Transaction, motive_id: UUID, question_id: UUID) -> bool:
    """Tell whether a motive asked something that it asks no more."""
    return await tx.value(
        """
        SELECT EXISTS (SELECT FROM motive_question
            WHERE tenant_id = $1 AND motive_id = $2 AND id = $3 AND archived_at IS NOT NULL)
        """,
        tx.tenant_id,
        motive_id,
        question_id,
    )


async def insert(tx: Transaction, motive_id: UUID, draft: QuestionDraft) -> UUID:
    """Add a checked question behind the others."""
    return await tx.value(
        """
        INSERT INTO motive_question
            (tenant_id, motive_id, label, hint, kind, options, required, position)
        VALUES ($1, $2, $3, $4, $5, $6, $7, (
            SELECT COALESCE(max(position), 0) + 1 FROM motive_question
            WHERE tenant_id = $1 AND motive_id = $2))
        RETURNING id
        """,
        tx.tenant_id,
        motive_id,
        draft.label,
        draft.hint,
        draft.kind,
        list(draft.options),
        draft.required,
    )


async def update(tx: Transaction, question_id: UUID, draft: QuestionDraft) -> None:
    """Write a checked question; what was answered before stays as it was asked."""
    await tx.execute(
        """
        UPDATE motive_question
        SET label = $3, hint = $4, kind = $5, options = $6, required = $7
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        question_id,
        draft.label,
        draft.hint,
        draft.kind,
        list(draft.options),
        draft.required,
    )


async def set_order(tx: Transaction, question_ids: Sequence[UUID]) -> None:
    """Number questions from 1 in the order given."""
    await tx.execute(
        """
        UPDATE motive_question q SET position = wanted.number
        FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (id, number)
        WHERE q.tenant_id = $1 AND q.id = wanted.id
        """,
        tx.tenant_id,
        list(question_ids),
    )


async def archive(tx: Transaction, question_id: UUID, now: datetime) -> None:
    """Stop asking."""
    await tx.execute(
        "UPDATE motive_question SET archived_at = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        question_id,
        now,
    )


async def lock_motive(tx: Transaction, motive_id: UUID) -> bool:
    """Let one transaction at a time change what a motive asks; False if there is no such motive."""
    return bool(
        await tx.execute(
            "SELECT FROM motive WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
            tx.tenant_id,
            motive_id,
        )
    )


async def keep(tx: Transaction, booking_id: UUID, answers: Sequence[Answer]) -> None:
    """Keep what was answered with a booking."""
    for one in answers:
        await tx.execute(
            """
            INSERT INTO booking_answer
                (tenant_id, booking_id, question_id, label, kind, answer, position)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            tx.tenant_id,
            booking_id,
            one.question_id,
            one.label,
            one.kind,
            one.answer,
            one.position,
        )


async def answers(tx: Transaction, booking_id: UUID) -> list[Answer]:
    """Read what was answered with a booking, in the order of the questions then."""
    return await tx.all(
        Answer,
        """
        SELECT question_id, label, kind, answer, position FROM booking_answer
        WHERE tenant_id = $1 AND booking_id = $2
        ORDER BY position, question_id
        """,
        tx.tenant_id,
        booking_id,
    )


async def count_answers(tx: Transaction, question_id: UUID) -> int:
    """Count the bookings that answered a question."""
    return await tx.value(
        "SELECT count(*) FROM booking_answer WHERE tenant_id = $1 AND question_id = $2",
        tx.tenant_id,
        question_id,
    )


async def of_person(tx: Transaction, person_id: UUID) -> list[AnswerOfPerson]:
    """Read all that was answered for a person's bookings."""
    return await tx.all(
        AnswerOfPerson,
        """
        SELECT a.booking_id, a.label AS question, a.answer
        FROM booking b
        JOIN booking_answer a ON a.tenant_id = b.tenant_id AND a.booking_id = b.id
        WHERE b.tenant_id = $1 AND b.person_id = $2
        ORDER BY b.created_at, a.position, a.question_id
        """,
        tx.tenant_id,
        person_id,
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    """Remove all that was answered for a person's bookings."""
    await tx.execute(
        """
        DELETE FROM booking_answer a USING booking b
        WHERE a.tenant_id = $1 AND b.tenant_id = $1 AND b.id = a.booking_id AND b.person_id = $2
        """,
        tx.tenant_id,
        person_id,
    )

"""Extra questions: setting them up, and reading what was answered (C-05)."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from creneau_infra import clock

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.questions import queries
from creneau.questions.rules import FIELDS, MOST_QUESTIONS, checked_question, moved, version_of
from creneau.questions.schemas import Answer, Direction, Question, QuestionDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound


async def asked(motive_id: UUID) -> list[Question]:
    """List what a motive asks of whoever books, in its order."""
    async with tenant_transaction() as tx:
        return await queries.asked(tx, motive_id)


async def asked_by(motive_ids: Sequence[UUID]) -> dict[UUID, list[Question]]:
    """List what several motives ask, by motive."""
    found: defaultdict[UUID, list[Question]] = defaultdict(list)
    async with tenant_transaction() as tx:
        for one in await queries.asked_by(tx, motive_ids):
            found[one.motive_id].append(one)
    return found


async def question(motive_id: UUID, question_id: UUID) -> Question:
    """Read one question that its motive asks.

    Raises:
        NotFound: The motive does not ask it, or no longer.
    """
    async with tenant_transaction() as tx:
        return await _question(tx, motive_id, question_id)


async def was_asked(motive_id: UUID, question_id: UUID) -> bool:
    """Tell whether a motive asked something that it asks no more."""
    async with tenant_transaction() as tx:
        return await queries.was_asked(tx, motive_id, question_id)


async def _question(tx: Transaction, motive_id: UUID, question_id: UUID) -> Question:
    found = await queries.find(tx, motive_id, question_id)
    if found is None:
        raise NotFound
    return found


async def ask(motive_id: UUID, draft: QuestionDraft, actor: Actor) -> UUID:
    """Ask something more, behind what is asked already.

    Raises:
        InvalidInput: A field cannot be used, or the motive asks too much already.
        NotFound: There is no such motive.
    """
    clean = checked_question(draft)
    async with tenant_transaction() as tx:
        await _lock(tx, motive_id)
        if len(await queries.asked(tx, motive_id)) >= MOST_QUESTIONS:
            sentence = _("Un motif pose %(most)s questions au plus.", most=MOST_QUESTIONS)
            raise InvalidInput({"label": sentence})
        created = await queries.insert(tx, motive_id, clean)
        await _record(tx, actor, "motive.question_added", motive_id, created)
    return created


async def change(
    motive_id: UUID,
    question_id: UUID,
    draft: QuestionDraft,
    actor: Actor,
    *,
    seen: str | None = None,
) -> None:
    """Ask something otherwise; answers that were given stay with the question as it was.

    `seen` is the version (`version_of`) that a form was made from; None: whatever it is.

    Raises:
        InvalidInput: A field cannot be used.
        ChangedMeanwhile: Somebody else has changed it since; it carries the question as it is.
        NotFound: The motive does not ask it.
    """
    clean = checked_question(draft)
    async with tenant_transaction() as tx:
        await _lock(tx, motive_id)
        before = await _question(tx, motive_id, question_id)
        if seen is not None and version_of(before) != seen:
            raise ChangedMeanwhile(before)
        await queries.update(tx, question_id, clean)
        changed = changed_fields(before, clean, FIELDS)
        await _record(tx, actor, "motive.question_changed", motive_id, question_id, changed)


async def move(motive_id: UUID, question_id: UUID, direction: Direction, actor: Actor) -> None:
    """Ask something earlier or later than the question beside it.

    Raises:
        NotFound: The motive does not ask it.
    """
    async with tenant_transaction() as tx:
        await _lock(tx, motive_id)
        await _question(tx, motive_id, question_id)
        order = [one.id for one in await queries.asked(tx, motive_id)]
        await queries.set_order(tx, moved(order, question_id, direction))
        await _record(tx, actor, "motive.question_moved", motive_id, question_id)


async def stop_asking(motive_id: UUID, question_id: UUID, actor: Actor) -> None:
    """Ask something no more; answers that were given stay (C-05).

    Raises:
        NotFound: The motive does not ask it.
    """
    async with tenant_transaction() as tx:
        await _lock(tx, motive_id)
        await _question(tx, motive_id, question_id)
        await queries.archive(tx, question_id, clock.now())
        await _record(tx, actor, "motive.question_archived", motive_id, question_id)


async def copy_in(tx: Transaction, from_motive: UUID, to_motive: UUID) -> None:
    """Ask for one motive what another asks, in the caller's transaction."""
    for one in await queries.asked(tx, from_motive):
        draft = QuestionDraft(**{name: getattr(one, name) for name in FIELDS})
        await queries.insert(tx, to_motive, draft)


async def answers_of(booking_id: UUID) -> list[Answer]:
    """List what was answered with a booking, to the questions as they were asked."""
    async with tenant_transaction() as tx:
        return await queries.answers(tx, booking_id)


async def answered_by(question_id: UUID) -> int:
    """Count the bookings that answered a question."""
    async with tenant_transaction() as tx:
        return await queries.count_answers(tx, question_id)


async def _lock(tx: Transaction, motive_id: UUID) -> None:
    if not await queries.lock_motive(tx, motive_id):
        raise NotFound


async def _record(  # noqa: PLR0913, PLR0917 - the words of the entry
    tx: Transaction,
    actor: Actor,
    action: str,
    motive_id: UUID,
    question_id: UUID,
    changed: list[str] | None = None,
) -> None:
    details: dict[str, object] = {"question_id": str(question_id)}
    if changed is not None:
        details["changed"] = changed
    await history.record(tx, actor, action, "motive", motive_id, details)

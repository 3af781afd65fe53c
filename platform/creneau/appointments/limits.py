"""The core's own conditions for booking (C-29), contributed like any plugin's."""

from collections.abc import Iterator

from creneau.appointments import queries
from creneau.appointments.errors import (
    InstructionsNotAccepted,
    TooManyActive,
    TooManyThatDay,
    TooManyThatWeek,
)
from creneau.contributions import BookingAttempt, BookingRule
from creneau.database import Transaction
from creneau.motives.schemas import Motive
from creneau.refusals import Refusal

Limit = tuple[int, int, type[Refusal]]


class InstructionsRule(BookingRule, frozen=True):
    """The public accepts a motive's instructions before confirming (C-41); agents are exempt."""

    async def check(self, tx: Transaction, attempt: BookingAttempt) -> None:
        """Raise `InstructionsNotAccepted` at confirmation."""
        del tx
        asked = attempt.stage == "confirm" and attempt.source != "agent"
        if asked and attempt.motive.instructions_before and not attempt.instructions_accepted:
            raise InstructionsNotAccepted


class PersonLimitRule(BookingRule, frozen=True):
    """A person has so many appointments at most per motive, day and week; agents are exempt."""

    async def check(self, tx: Transaction, attempt: BookingAttempt) -> None:
        """Raise the refusal of the first limit reached; locks the person until the commit."""
        if (
            attempt.person_id is None
            or attempt.source == "agent"
            or not _is_limited(attempt.motive)
        ):
            return
        await queries.lock_person(tx, attempt.person_id)
        counts = await queries.bookings_of_person(tx, attempt, attempt.person_id)
        for count, maximum, refusal in _limits(attempt.motive, counts):
            if count >= maximum:
                raise refusal(maximum=maximum)


def _is_limited(motive: Motive) -> bool:
    return any(
        (
            motive.maximum_active_per_person,
            motive.maximum_per_person_per_day,
            motive.maximum_per_person_per_week,
        )
    )


def _limits(motive: Motive, counts: queries.PersonCounts) -> Iterator[Limit]:
    if motive.maximum_active_per_person:
        yield counts.active, motive.maximum_active_per_person, TooManyActive
    if motive.maximum_per_person_per_day:
        yield counts.same_day, motive.maximum_per_person_per_day, TooManyThatDay
    if motive.maximum_per_person_per_week:
        yield counts.same_week, motive.maximum_per_person_per_week, TooManyThatWeek

"""Nobody is called without a number, or visited without an address (S-06)."""

from creneau.appointments.errors import AddressMissing, PhoneMissing
from creneau.contributions import BookingAttempt, BookingRule
from creneau.database import Transaction
from creneau.people import queries as people
from creneau.people.schemas import Contact

AWAY = frozenset({"phone", "home"})


class ContactRule(BookingRule, frozen=True):
    """Who is received by phone or at home has said where; whoever books, agents included."""

    async def check(self, tx: Transaction, attempt: BookingAttempt) -> None:
        """Raise `PhoneMissing` or `AddressMissing` at confirmation."""
        place = attempt.motive.location_type
        if attempt.stage != "confirm" or place not in AWAY or attempt.person_id is None:
            return
        found = await people.contact(tx, attempt.person_id) or Contact()
        if place == "phone" and not found.phone:
            raise PhoneMissing
        if place == "home" and not found.address:
            raise AddressMissing

"""Why an agent cannot be changed or removed."""

from typing import cast

from creneau.agents.managing.schemas import Departure
from creneau.refusals import Refusal


class LastAdministrator(Refusal):
    """An organisation would be left without anybody who administers it."""

    code = "last_administrator"
    status = 409
    sentence = (
        "C’est la dernière personne qui administre cette organisation. Donnez d’abord ce rôle à "
        "quelqu’un d’autre."
    )


class MoreThanOwn(Refusal):
    """Somebody would be given a right that the giver does not hold."""

    code = "more_than_own"
    status = 403
    sentence = (
        "Ce rôle ou ces services donneraient des droits que vous n’avez pas vous-même. Demandez à "
        "une personne qui les a."
    )


class NotOneself(Refusal):
    """People neither remove themselves nor reset their own second factor here."""

    code = "not_oneself"
    status = 409
    sentence = "Vous ne pouvez pas faire cela pour vous-même. Demandez à une autre personne."


class StillBooked(Refusal):
    """Appointments to come would be left without anybody, and nothing was decided about them."""

    code = "still_booked"
    status = 409
    sentence = (
        "Des rendez-vous à venir dépendent encore de cette personne. Choisissez ce qu’ils "
        "deviennent."
    )

    @property
    def departure(self) -> Departure:
        """Give the appointments to show."""
        return cast("Departure", self.details["departure"])

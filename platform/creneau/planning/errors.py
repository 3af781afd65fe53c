"""Why a change of the planning is turned down."""

from creneau.planning.schemas import Impact
from creneau.refusals import Refusal


class TouchesBookings(Refusal):
    """The change touches booked appointments, and nobody chose what becomes of them."""

    code = "planning_touches_bookings"
    status = 409
    sentence = (
        "Ce changement touche des rendez-vous réservés (%(number)s). "
        "Choisissez de les garder ou de les replanifier."
    )

    def __init__(self, impact: Impact) -> None:
        """Keep the appointments, to be shown."""
        super().__init__(number=len(impact.bookings) + impact.holds)
        self.impact = impact


class ImpactChanged(Refusal):
    """More is touched than was shown: somebody booked in between."""

    code = "planning_impact_changed"
    status = 409
    sentence = (
        "Des rendez-vous ont été réservés entre-temps : ce changement en touche maintenant "
        "%(number)s. Relisez la liste, puis enregistrez à nouveau."
    )

    def __init__(self, impact: Impact) -> None:
        """Keep the new list, to be shown."""
        super().__init__(number=len(impact.bookings))
        self.impact = impact


class NoSuchOccurrence(Refusal):
    """The series means nothing for that day."""

    code = "planning_no_such_occurrence"
    status = 404
    sentence = "Rien n’est prévu ce jour-là dans cette série. Choisissez une autre date."


class ReadElsewhere(Refusal):
    """An absence follows a calendar elsewhere: what is changed here would not last (C-83)."""

    code = "planning_read_elsewhere"
    status = 409
    sentence = (
        "Cette absence est lue dans un autre agenda. Changez-la là-bas : elle suit d’elle-même."
    )

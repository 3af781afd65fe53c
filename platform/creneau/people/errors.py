"""What persons are answered when the answer is no."""

from creneau.refusals import Refusal


class HasUpcomingBookings(Refusal):
    """Somebody with appointments to come cannot disappear from the agendas unseen."""

    code = "has_upcoming_bookings"
    status = 409
    sentence = (
        "Des rendez-vous sont encore à venir. Annulez-les d’abord, puis demandez l’effacement."
    )

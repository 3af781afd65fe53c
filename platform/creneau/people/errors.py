"""What persons are answered when the answer is no."""

from collections.abc import Mapping

from creneau.refusals import ChangedMeanwhile, Refusal


class HasUpcomingBookings(Refusal):
    """Somebody with appointments to come cannot disappear from the agendas unseen."""

    code = "has_upcoming_bookings"
    status = 409
    sentence = (
        "Des rendez-vous sont encore à venir. Annulez-les d’abord, puis demandez l’effacement."
    )


class NotErasedOnline(Refusal):
    """Why not is said by the organisation, not by a page that others may read (S-08)."""

    code = "not_erased_online"
    status = 409
    sentence = (
        "Vos données ne peuvent pas être effacées en ligne pour le moment. Contactez l’accueil."
    )


class FileChanged(ChangedMeanwhile):
    """Somebody else saved the file; `added` are the values of plugins' fields that stand now."""

    def __init__(self, saved: object, added: Mapping[str, str]) -> None:
        """Keep what is saved now, to be shown beside what was typed."""
        super().__init__(saved)
        self.added = added

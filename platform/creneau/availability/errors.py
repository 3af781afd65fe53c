"""Why a search or an opening is turned down."""

from creneau.refusals import Refusal


class RangeRefused(Refusal):
    """A search from a later to an earlier moment, or over too long a time."""

    code = "range_refused"
    sentence = "Choisissez une période de %(days)s jours au plus, qui finit après son début."


class PersonFirst(Refusal):
    """Whose time is offered depends on who asks, and nobody is known to ask (S-02)."""

    code = "person_first"
    status = 403
    sentence = (
        "Ce motif dépend de la personne : elle s’identifie sur le site avant de voir les créneaux."
    )


class StepFirst(Refusal):
    """Whose time is offered depends on an answer that is not there yet (S-12)."""

    code = "step_first"
    status = 403
    sentence = "Ce motif pose une question avant de montrer les créneaux : passez par le site."

    @property
    def way(self) -> str:
        """Give the address of the page that asks."""
        return str(self.details["way"])


class NothingOffered(Refusal):
    """Nobody's time is offered to who asks; a plugin says why."""

    code = "nothing_offered"
    status = 403
    sentence = "Aucun créneau ne vous est proposé en ligne pour ce motif. Contactez l’accueil."

"""Why somebody who is followed finds no time, or not this one."""

from creneau.availability.errors import NothingOffered
from creneau.refusals import Refusal


class NoReferent(NothingOffered):
    """A follow-up is with one's referent, and nobody is the person's referent (S-02)."""

    code = "social.no_referent"
    sentence = (
        "Ce rendez-vous se prend avec la personne qui vous suit, et personne n’est encore noté sur"
        " votre dossier. Appelez-nous : nous vous dirons qui vous recevra."
    )


class NotTheirReferent(Refusal):
    """A follow-up was chosen with somebody who does not follow whom it is for (S-02)."""

    code = "social.not_their_referent"
    status = 403
    sentence = (
        "Cet horaire est celui d’un agent qui ne suit pas cette personne. Choisissez un horaire de"
        " l’agent qui la suit, ou appelez-nous."
    )

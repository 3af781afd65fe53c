"""Why a search is not kept."""

from creneau.refusals import Refusal


class TooManySearches(Refusal):
    """So many searches cannot be told apart any more."""

    code = "too_many_searches"
    status = 409
    sentence = (
        "Cette liste a déjà %(most)s recherches enregistrées. Supprimez-en une avant d’en"
        " enregistrer une autre."
    )

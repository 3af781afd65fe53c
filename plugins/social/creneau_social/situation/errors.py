"""What is answered where the situation of a person cannot be read."""

from creneau.refusals import Refusal


class SituationSealed(Refusal):
    """No key of the settings opens what is kept."""

    code = "social.situation_sealed"
    status = 503
    sentence = (
        "Les informations sociales ne peuvent pas être lues : la clé qui les protège manque. "
        "Prévenez qui exploite votre espace."
    )

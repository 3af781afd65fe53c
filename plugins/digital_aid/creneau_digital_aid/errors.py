"""Why a prescriber's booking is turned down."""

from creneau.refusals import Refusal


class InstructionsNotAccepted(Refusal):
    """The prescriber has not said that the learner knows the motive's instructions (D-04)."""

    code = "digital_aid.instructions_not_accepted"
    sentence = (
        "Ce rendez-vous a des consignes : revenez à vos coordonnées et confirmez que la personne"
        " que vous accompagnez les connaît."
    )

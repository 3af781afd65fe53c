"""Why figures cannot be had."""

from creneau.refusals import Refusal


class StillCounting(Refusal):
    """So much changed that it is still being counted."""

    code = "still_counting"
    status = 503
    sentence = (
        "Les derniers changements sont encore en train d’être comptés. Réessayez dans une minute."
    )

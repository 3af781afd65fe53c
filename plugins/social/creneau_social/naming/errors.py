"""Why a request for a name is not answered again."""

from creneau.refusals import Refusal


class AlreadyDecided(Refusal):
    """Somebody else has answered it meanwhile (S-03)."""

    code = "social.name_request_decided"
    status = 409
    sentence = "Cette demande a déjà reçu une réponse. La voici."

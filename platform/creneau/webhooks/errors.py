"""What webhooks refuse."""

from creneau.refusals import Refusal


class EndpointOff(Refusal):
    """Nothing is sent again to an endpoint that is off."""

    code = "webhook_off"
    status = 409
    sentence = "Ce webhook est arrêté. Remettez-le en service, puis renvoyez."


class NothingToReplay(Refusal):
    """It is on its way already, was delivered, or is kept no more."""

    code = "nothing_to_replay"
    status = 409
    sentence = "Il n’y a plus rien à renvoyer : l’envoi est déjà reparti, ou il n’est plus gardé."

"""Why a sender or a mail server cannot be used."""

from creneau.refusals import Refusal


class NoServer(Refusal):
    """No server is set up."""

    code = "mail_server_missing"
    status = 409
    sentence = "Écrivez d’abord les réglages de votre serveur."


class NotConfirmed(Refusal):
    """The sender address is not confirmed."""

    code = "mail_address_not_confirmed"
    status = 409
    sentence = (
        "Confirmez d’abord l’adresse de l’expéditeur : ouvrez le lien de l’e-mail qui lui a été"
        " envoyé."
    )


class NotTested(Refusal):
    """No mail has left by these settings yet."""

    code = "mail_server_not_tested"
    status = 409
    sentence = "Testez d’abord le serveur : aucun e-mail n’est encore passé par lui."


class ServerDoesNotWork(Refusal):
    """The server did not take the test mail; the subclass's place is taken by its trouble."""

    code = "mail_server_trouble"
    status = 503
    sentence = "Le serveur n’a pas pris l’e-mail d’essai. %(why)s"


class NothingToConfirm(Refusal):
    """There is no address that waits for its confirmation."""

    code = "mail_address_missing"
    status = 409
    sentence = "Il n’y a pas d’adresse à confirmer."

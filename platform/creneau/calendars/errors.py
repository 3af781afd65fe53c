"""What calendars answer when they cannot be read."""

from creneau.refusals import Refusal


class AccessEnded(Refusal):
    """The address or the password was ended or renewed, or the agent has left (C-83)."""

    code = "calendar_ended"
    status = 410
    sentence = (
        "Cet accès à l’agenda a été arrêté ou renouvelé. Supprimez-le de votre application, puis "
        "créez-en un autre dans votre espace."
    )


class AccessUnknown(Refusal):
    """No living password is the one that a program sent."""

    code = "calendar_password_wrong"
    status = 401
    sentence = (
        "L’adresse e-mail ou le mot de passe d’application n’est pas reconnu. Créez-en un dans "
        "« Mon compte », puis recopiez-le dans votre application."
    )


class TooManyAccesses(Refusal):
    """An owner has as many ways in as anybody needs."""

    code = "too_many_calendar_accesses"
    status = 409
    sentence = "Vous avez déjà %(most)s accès en service. Arrêtez-en un avant d’en créer un autre."


class TooManySources(Refusal):
    """An agent has as many calendars read as anybody needs."""

    code = "too_many_busy_sources"
    status = 409
    sentence = "Vous avez déjà %(most)s agendas lus. Retirez-en un avant d’en ajouter un autre."

"""What a link of an invitation or of a forgotten password can be refused for."""

from creneau.refusals import Refusal


class LinkUnknown(Refusal):
    """No link of ours, or not of this tenant."""

    code = "link_unknown"
    status = 404
    sentence = "Ce lien n’existe pas. Vérifiez que vous l’avez copié en entier depuis le message."


class InvitationUsed(Refusal):
    """The invitation was accepted already."""

    code = "invitation_used"
    status = 410
    sentence = (
        "Cette invitation a déjà servi : votre compte est prêt. Connectez-vous avec votre adresse "
        "e-mail et votre mot de passe."
    )


class InvitationExpired(Refusal):
    """The invitation is older than seven days, or a newer one was sent."""

    code = "invitation_expired"
    status = 410
    sentence = (
        "Cette invitation n’est plus valable. Demandez à la personne qui vous a invité de vous "
        "en envoyer une nouvelle."
    )


class ResetUsed(Refusal):
    """A new password was chosen with this link already."""

    code = "reset_used"
    status = 410
    sentence = (
        "Ce lien a déjà servi à choisir un mot de passe. Connectez-vous avec le nouveau, ou "
        "demandez un autre lien."
    )


class ResetExpired(Refusal):
    """The link is older than an hour, or a newer one was sent."""

    code = "reset_expired"
    status = 410
    sentence = "Ce lien n’est plus valable. Demandez-en un autre."


class PasswordWrong(Refusal):
    """The present password is another."""

    code = "password_wrong"
    status = 422
    sentence = "Ce n’est pas votre mot de passe actuel."

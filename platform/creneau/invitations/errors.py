"""Why an invitation is of no use, or cannot be made."""

from creneau.availability.errors import NothingOffered
from creneau.refusals import Refusal


class InvitationUsed(Refusal):
    """An appointment was booked with it, and stands (S-11)."""

    code = "invitation_used"
    status = 409
    sentence = (
        "Votre rendez-vous est déjà pris avec cette invitation. Ouvrez-la de nouveau pour le voir, le"
        " déplacer ou l’annuler."
    )


class InvitationSpent(InvitationUsed):
    """What was booked with it is confidential: nothing more is said of it (S-08)."""

    code = "invitation_spent"
    status = 410
    sentence = "Cette invitation a déjà servi. Appelez-nous si vous avez une question."


class InvitationExpired(Refusal):
    """Its last day is over."""

    code = "invitation_expired"
    status = 410
    sentence = (
        "Cette invitation n’est plus valable. Appelez-nous : nous vous en enverrons une autre."
    )


class InvitationRevoked(Refusal):
    """An agent has withdrawn it."""

    code = "invitation_revoked"
    status = 410
    sentence = (
        "Cette invitation a été annulée par le service. Appelez-nous si vous avez une question."
    )


class NotInvited(Refusal):
    """The invitation is for another motive, or for somebody else."""

    code = "not_invited"
    status = 403
    sentence = "Votre invitation ne vaut pas pour ce rendez-vous. Ouvrez-la de nouveau."


class NobodyFollows(NothingOffered):
    """The times are those of the person's referents, and nobody follows them any more."""

    code = "nobody_follows"
    sentence = (
        "Ce rendez-vous se prend avec la personne qui vous suit, et personne n’est noté sur votre"
        " dossier en ce moment. Appelez-nous : nous vous dirons qui vous recevra."
    )


class InvitationSettled(Refusal):
    """It is booked, over or withdrawn: there is nothing to withdraw or to print."""

    code = "invitation_settled"
    status = 409
    sentence = "Cette invitation a déjà servi, est annulée ou n’est plus valable : rien n’a changé."

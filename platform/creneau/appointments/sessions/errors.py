"""Why somebody is not enrolled."""

from creneau.refusals import Refusal


class AlreadyEnrolled(Refusal):
    """One person has one seat in a session."""

    code = "already_enrolled"
    status = 409
    sentence = "Cette personne est déjà inscrite à cette séance."


class SessionOver(Refusal):
    """The session took place, or was cancelled."""

    code = "session_over"
    status = 409
    sentence = "Cette séance est terminée ou annulée : elle ne se modifie plus."

from creneau_infra.errors import PermanentError


class MailRefusedError(PermanentError):
    """The message cannot be sent as it is: its address is not one, or the server refuses it."""

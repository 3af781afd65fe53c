from creneau_infra.errors import PermanentError


class GatewayRefusedError(PermanentError):
    """The gateway will never take this SMS; `said` is the beginning of its answer, on one line."""

    def __init__(self, said: str = "") -> None:
        super().__init__("the gateway refuses the SMS")
        self.said = said


class GatewayAwayError(Exception):
    """The gateway is away, misset or asks to come back; `said` is the beginning of its answer.

    The SMS `may_have_left` where the connection ended without an answer.
    """

    def __init__(self, reason: str, said: str = "", *, may_have_left: bool = False) -> None:
        super().__init__(reason)
        self.said = said
        self.may_have_left = may_have_left

class PostmanAwayError(ConnectionError):
    """No postman could be reached, or it was lost over an errand: try again later."""


class PostmanTroubleError(Exception):
    """Something went wrong at the postman's that is no answer of a mail server."""

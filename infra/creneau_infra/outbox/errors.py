class UnknownKindError(LookupError):
    """No handler is registered for the kind: an older worker met newer work; it will come back."""


class WorkerLostError(RuntimeError):
    """The worker ended over this piece of work, several times in a row."""

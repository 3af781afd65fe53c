class UnknownKindError(LookupError):
    """No handler is registered for the kind: an older worker met newer work; it will come back."""

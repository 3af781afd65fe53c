"""The present moment, for plugins too."""

from datetime import datetime

from creneau_infra import clock


def now() -> datetime:
    """Give the present moment in UTC."""
    return clock.now()

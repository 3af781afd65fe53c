from datetime import UTC, datetime


def now() -> datetime:
    """Tell the present moment, aware and in UTC."""
    return datetime.now(UTC)

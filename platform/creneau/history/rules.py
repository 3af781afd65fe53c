"""What a change consists of."""

from collections.abc import Iterable


def changed_fields(before: object, after: object, names: Iterable[str]) -> list[str]:
    """Name the fields that differ, in the order given; a history entry keeps them as `changed`."""
    return [name for name in names if getattr(before, name) != getattr(after, name)]

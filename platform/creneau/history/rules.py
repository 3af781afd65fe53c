"""What a change consists of."""

from collections.abc import Iterable, Mapping


def changed_fields(before: object, after: object, names: Iterable[str]) -> list[str]:
    """Name the fields that differ, in the order given; a history entry keeps them as `changed`.

    Both are structs or mappings.
    """
    return [name for name in names if value_of(before, name) != value_of(after, name)]


def value_of(subject: object, name: str) -> object:
    """Give a field of a struct, or a value of a mapping."""
    return subject[name] if isinstance(subject, Mapping) else getattr(subject, name)

"""What a change consists of, and when an entry was written."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID


def changed_fields(before: object, after: object, names: Iterable[str]) -> list[str]:
    """Name the fields that differ, in the order given; a history entry keeps them as `changed`.

    Both are structs or mappings.
    """
    return [name for name in names if value_of(before, name) != value_of(after, name)]


def value_of(subject: object, name: str) -> object:
    """Give a field of a struct, or a value of a mapping."""
    return subject[name] if isinstance(subject, Mapping) else getattr(subject, name)


def written_at(entry_id: UUID) -> datetime:
    """Read from an entry's id (version 7) when it was written."""
    return datetime.fromtimestamp((entry_id.int >> 80) / 1000, UTC)


def first_id_at(moment: datetime) -> UUID:
    """Give the lowest id of version 7 that can have been made at a moment."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)

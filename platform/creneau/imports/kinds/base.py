"""What each kind of file is to the importer."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from creneau.context import Actor
from creneau.database import Transaction
from creneau.imports.reading import folded
from creneau.imports.schemas import Column, Line


class Known(Protocol):
    """What a tenant has, read once for a whole file; checks lines against it."""

    def draft(self, line: Line) -> Any | None:
        """Give what a line means; None: it is there already.

        Raises:
            InvalidInput: With a sentence for each column that cannot be used.
        """
        ...


class Kind(Protocol):
    """A kind of file: its columns, how many lines it takes, and what becomes of them."""

    columns: Sequence[Column]
    most: int

    async def known(self, tx: Transaction, actor: Actor) -> Known:
        """Read what lines are checked against, on behalf of whoever sent them."""
        ...

    async def make(self, tx: Transaction, drafts: Sequence[Any], actor: Actor) -> None:
        """Write all of it, in the caller's transaction."""
        ...


def by_name(pairs: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    """Find things by what they are called, without case and accents."""
    return {folded(name): thing for name, thing in pairs}


def parts(text: str) -> list[str]:
    """Split a cell that names several things."""
    return [part.strip() for part in text.replace("\n", "|").split("|") if part.strip()]

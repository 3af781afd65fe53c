"""Files of data, their lines, and what is wrong with them (T-14)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.i18n import Locale

ImportKind = Literal["agents", "places", "persons", "openings"]
ImportState = Literal["checking", "checked", "running", "done"]


class Line(msgspec.Struct, frozen=True):
    """A line of a file: its number as an editor counts, and its values by column."""

    number: int
    values: Mapping[str, str]

    def text(self, column: str) -> str:
        """Give a column's value; empty where the file has no such column."""
        return self.values.get(column, "")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a line: the column's title, and a sentence, already translated."""

    line: int
    column: str
    sentence: str


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a kind of file: its name in code, its title, and other titles that are understood.

    Titles and examples are French message ids; titles are compared without case, accents and
    punctuation, in both languages.
    """

    name: str
    title: str
    example: str
    required: bool = False
    also: tuple[str, ...] = ()


class DataImport(msgspec.Struct, frozen=True, kw_only=True):
    """A file and how far it is; `looked_at` counts lines, times are UTC.

    `made`: how many lines will be, or have been, written; `known`: how many were there already.
    """

    id: UUID
    kind: ImportKind
    file_name: str
    locale: Locale
    state: ImportState
    lines: int
    looked_at: int
    made: int
    known: int
    wrong: int
    faults: tuple[Fault, ...]
    agent_id: UUID
    created_at: datetime
    ended_at: datetime | None


class AboutImport(msgspec.Struct, frozen=True):
    """The outbox's payload: which import to work on."""

    import_id: UUID

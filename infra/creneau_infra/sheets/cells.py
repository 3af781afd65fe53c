"""What a cell may hold, and how text is kept from being a formula or from breaking a file."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Final, Literal, Protocol
from xml.sax.saxutils import escape

Cell = str | int | float | date | datetime | None
"""Datetimes are local and without a time zone: spreadsheets know none."""

Row = Sequence[Cell]
Language = Literal["fr", "en"]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_PHONE: Final = re.compile(r"\+\d[\d .\u00a0\u202f]*")
# XML has no way to write these, not even escaped; lone surrogates cannot be encoded.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


_SIMPLE: Final = re.compile(r"(?:[\w.,:;@+()/'’–-]| (?! ))*")

MOST_KEPT: Final = 2_000
LONGEST_KEPT: Final = 100


class Written(dict[str, str]):
    """Texts as a table writes them: most come again, line after line; what is not short is not kept."""

    def __init__(self, write: Callable[[str], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, text: str) -> str:
        """Write a text, and keep how."""
        written = self._write(text)
        if len(self) < MOST_KEPT and len(text) < LONGEST_KEPT:
            self[text] = written
        return written


class Writer(Protocol):
    """Somebody who writes a table into a file."""

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        ...

    def close(self) -> None:
        """Write what stands at the end; the file itself stays open."""
        ...


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula; an international phone is none."""
    return text.startswith(_FORMULA) and not _PHONE.fullmatch(text)


def plain(text: str) -> str:
    """Take out what no file of ours can hold."""
    return _UNWRITABLE.sub("", text)


def is_simple(text: str) -> bool:
    """Tell whether a text stands in XML as it is: most do, and nothing has to be looked for in them."""
    return _SIMPLE.fullmatch(text) is not None


def xml_text(text: str) -> str:
    """Write a text so that it stands in XML as it was typed."""
    if is_simple(text):
        return text
    return escape(plain(text), {'"': "&quot;", "\r": "&#13;"})

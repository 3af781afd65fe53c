"""What a cell may hold, and how text is kept from being a formula or from breaking a file."""

import re
from collections.abc import Iterable, Sequence
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


def xml_text(text: str) -> str:
    """Write a text so that it stands in XML as it was typed."""
    return escape(plain(text), {'"': "&quot;", "\r": "&#13;"})

"""Tables as CSV: UTF-8 with the mark by which Excel knows it, `;` where the comma is decimal."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Final

from creneau_infra.sheets.cells import Cell, Language, Row, Written, looks_like_formula, plain

BYTE_ORDER_MARK: Final = "\ufeff"
DELIMITERS: Final[dict[Language, str]] = {"fr": ";", "en": ","}
DAYS: Final[dict[Language, str]] = {"fr": "%d/%m/%Y", "en": "%Y-%m-%d"}


class DelimitedWriter:
    """Writes CSV; a text that could be taken for a formula gets an apostrophe before it."""

    def __init__(self, file: IO[bytes], heads: Row, language: Language) -> None:
        self._language: Language = language
        self._texts = Written(_text)
        # It is not ours to close.
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        self._text.write(BYTE_ORDER_MARK)
        self._csv = csv.writer(self._text, delimiter=DELIMITERS[language], lineterminator="\r\n")
        self.write([heads])

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._csv.writerows([self._written(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Hand everything to the file, which stays open."""
        self._text.flush()
        self._text.detach()

    def _written(self, cell: Cell) -> str:
        if cell is None:
            return ""
        if isinstance(cell, str):
            return self._texts[cell]
        if isinstance(cell, datetime):
            return cell.strftime(f"{DAYS[self._language]} %H:%M")
        if isinstance(cell, date):
            return cell.strftime(DAYS[self._language])
        text = str(cell)
        return text.replace(".", ",") if self._language == "fr" else text


def _text(text: str) -> str:
    return f"'{plain(text)}" if looks_like_formula(text) else plain(text)

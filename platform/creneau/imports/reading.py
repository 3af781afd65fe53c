"""CSV as people save it: any usual encoding, comma, semicolon or tab, titles in any order (T-14)."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from creneau.i18n import gettext as _
from creneau.imports.schemas import Column, Line
from creneau.refusals import InvalidInput

LARGEST: Final = 10_000_000
DELIMITERS: Final = ";,\t"
FIELD: Final = "file"
LONGEST_VALUE: Final = 5000


def decoded(content: bytes) -> str:
    """Read UTF-8, with or without a mark, or what older spreadsheets write in its place.

    Raises:
        InvalidInput: It is no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _text(content, "utf-16")
    if b"\0" in content:
        raise _refused(
            _("Ce fichier n’est pas un texte CSV. Enregistrez le tableau au format CSV.")
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _text(content, "cp1252")


def _text(content: bytes, encoding: str) -> str:
    return content.decode(encoding, "replace")


def lines_of(content: bytes, columns: Sequence[Column], most: int) -> list[Line]:
    """Read the lines of a file by the titles in its first one; empty lines are passed over.

    Raises:
        InvalidInput: It is too large, no text, empty, has too many lines, or its titles are not
            those of `columns`.
    """
    if len(content) > LARGEST:
        raise _refused(_("Ce fichier dépasse 10 Mo. Coupez-le en plusieurs."))
    rows = _rows(decoded(content))
    if not rows:
        raise _refused(_("Ce fichier est vide."))
    names = _names(rows[0][1], columns)
    lines = [Line(number, _values(names, row)) for number, row in rows[1:]]
    if not lines:
        raise _refused(_("Ce fichier n’a que des titres. Ajoutez au moins une ligne."))
    if len(lines) > most:
        raise _refused(
            _(
                "Ce fichier a %(lines)s lignes, et un import en prend %(most)s au plus. Coupez-le en"
                " plusieurs.",
                lines=len(lines),
                most=most,
            )
        )
    return lines


def _rows(text: str) -> list[tuple[int, list[str]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        found = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise _refused(
            _("Ce fichier ne se lit pas comme un tableau. Enregistrez-le de nouveau au format CSV.")
        ) from error
    return [(number, row) for number, row in found if any(row)]


def _values(names: Sequence[str | None], row: Sequence[str]) -> Mapping[str, str]:
    pairs = zip(names, row, strict=False)
    return {name: value[:LONGEST_VALUE] for name, value in pairs if name is not None}


def _names(titles: Sequence[str], columns: Sequence[Column]) -> list[str | None]:
    known = {
        folded(title): column.name
        for column in columns
        for title in (column.name, column.title, _(column.title), *column.also)
    }
    unknown = [title for title in titles if title and folded(title) not in known]
    if unknown:
        raise _refused(
            _(
                "Ces colonnes ne sont pas attendues : %(titles)s. Les colonnes possibles sont :"
                " %(known)s.",
                titles=", ".join(title[:60] for title in unknown[:10]),
                known=", ".join(_(column.title) for column in columns),
            )
        )
    names = [known.get(folded(title)) for title in titles]
    _require(names, columns)
    return names


def _require(names: Sequence[str | None], columns: Sequence[Column]) -> None:
    missing = [_(one.title) for one in columns if one.required and one.name not in names]
    if missing:
        raise _refused(_("Il manque ces colonnes : %(titles)s.", titles=", ".join(missing)))
    given = [name for name in names if name is not None]
    if len(given) != len(set(given)):
        raise _refused(_("Une colonne est là deux fois. Gardez-en une."))


def folded(text: str) -> str:
    """Write a text without case, accents, spaces and punctuation, to compare it."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in letters if letter.isalnum())


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput({FIELD: sentence})

"""Lists of settings: sorted, filtered and cut into pages by what the address says.

`tri=name` sorts by a column, `tri=-name` the other way; `filtre` looks for words, `filtre-<name>`
chooses one value of a filter; `page` counts from 1.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from creneau.i18n import gettext as _

from creneau_web.visit import visit

Row = TypeVar("Row")
PAGE_SIZE: Final = 50
LONGEST_NAME: Final = 60
SORT, WORDS, PAGE = "tri", "filtre", "page"


class Column(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """A column; `key` gives what a row is sorted by (None: the column cannot be sorted by)."""

    name: str
    label: str
    key: Callable[[Row], Any] | None = None
    number: bool = False


class Choice(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """A filter of one value among several: `(value, label)`; `value_of` is a row's own.

    `default` is what holds as long as nothing is chosen; empty: everything is shown.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value_of: Callable[[Row], str | Sequence[str]]
    default: str = ""


class ShownChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A filter as the form shows it."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str
    all_label: str | None


class Listing(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """One page of a list; `total` counts what passes the filters, `known` everything there is.

    `columns` are as `data_table` takes them.
    """

    rows: Sequence[Row]
    total: int
    known: int
    columns: Sequence[Mapping[str, Any]]
    words: str
    choices: Sequence[ShownChoice]
    filtered: bool
    sort: str
    page: int
    pages: int
    previous_href: str | None
    next_href: str | None
    clear_href: str


def arranged(
    rows: Sequence[Row],
    columns: Sequence[Column[Row]],
    *,
    text_of: Callable[[Row], str] | None = None,
    choices: Sequence[Choice[Row]] = (),
) -> Listing[Row]:
    """Give the page of a list that the address asks for.

    Args:
        rows: everything, in the order that holds without sorting.
        columns: those of the table; texts are sorted with accents and case aside.
        text_of: what of a row the words are looked for in; None: there is no such field.
        choices: further filters.
    """
    asked = dict(parse_qsl(visit().query))
    words = asked.get(WORDS, "")[:100] if text_of else ""
    shown = [_shown(choice, asked) for choice in choices]
    kept = [
        row
        for row in rows
        if _has_words(row, words, text_of)
        and all(_fits(row, choice, one.value) for choice, one in zip(choices, shown, strict=True))
    ]
    ordered, sort = _sorted(kept, columns, asked.get(SORT, ""))
    pages = max(1, -(-len(ordered) // PAGE_SIZE))
    number = min(pages, max(1, _number(asked.get(PAGE, ""))))
    return Listing(
        rows=ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        total=len(ordered),
        known=len(rows),
        columns=[_head(column, sort) for column in columns],
        words=words,
        choices=shown,
        filtered=bool(words)
        or any(one.value != c.default for c, one in zip(choices, shown, strict=True)),
        sort=sort,
        page=number,
        pages=pages,
        previous_href=_href({PAGE: str(number - 1)}) if number > 1 else None,
        next_href=_href({PAGE: str(number + 1)}) if number < pages else None,
        clear_href=visit().path,
    )


def _shown(choice: Choice[Row], asked: Mapping[str, str]) -> ShownChoice:
    name = f"{WORDS}-{choice.name}"
    values = {value for value, _label in choice.options}
    value = asked.get(name, choice.default)
    # A filter whose default hides something names the choice of everything itself.
    all_label = None if choice.default else _("Tous")
    return ShownChoice(
        name=name,
        label=choice.label,
        options=choice.options,
        value=value if value in values else choice.default,
        all_label=all_label,
    )


def _fits(row: Row, choice: Choice[Row], wanted: str) -> bool:
    if not wanted:
        return True
    own = choice.value_of(row)
    return wanted == own if isinstance(own, str) else wanted in own


def _has_words(row: Row, words: str, text_of: Callable[[Row], str] | None) -> bool:
    if not words or text_of is None:
        return True
    text = folded(text_of(row))
    return all(word in text for word in folded(words).split())


def _sorted(
    rows: list[Row], columns: Sequence[Column[Row]], asked: str
) -> tuple[Sequence[Row], str]:
    for column in columns:
        if column.key is not None and asked.removeprefix("-") == column.name:
            key = column.key
            found = sorted(rows, key=lambda row: _comparable(key(row)), reverse=asked[0] == "-")
            return found, asked
    return rows, ""


def _comparable(value: object) -> tuple[bool, Any]:
    # What is missing stands last, whatever the others are.
    return value is None, folded(value) if isinstance(value, str) else (value or 0)


def _head(column: Column[Any], sort: str) -> dict[str, Any]:
    head: dict[str, Any] = {"label": column.label, "number": column.number}
    if column.key is None:
        return head
    descending = sort == column.name
    order = {column.name: "ascending", f"-{column.name}": "descending"}.get(sort)
    href = _href({SORT: f"-{column.name}" if descending else column.name, PAGE: ""})
    return {**head, "sort_href": href, "sorted": order}


def _href(changes: Mapping[str, str]) -> str:
    kept = {name: value for name, value in parse_qsl(visit().query) if name != "lang"}
    asked = {name: value for name, value in {**kept, **changes}.items() if value}
    return f"{visit().path}?{urlencode(asked)}" if asked else visit().path


def field_asked() -> str:
    """Give the field that the search over all settings leads to, as the end of an address."""
    name = dict(parse_qsl(visit().query)).get("champ", "")
    return f"#{name}" if name.isascii() and name.isidentifier() and len(name) < LONGEST_NAME else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1  # noqa: PLR2004 - longer numbers are no page


def folded(text: str) -> str:
    """Write a text in lower case and without accents, words apart by single spaces."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    kept = (char if char.isalnum() else " " for char in letters if not unicodedata.combining(char))
    return " ".join("".join(kept).split())

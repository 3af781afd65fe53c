"""Lists as their pages show them, and as their exports write them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from creneau.i18n import gettext as _
from creneau_infra.sheets.cells import Cell

from creneau_web.lists.asking import (
    ALL,
    PAGE,
    PAGE_SIZE,
    SORT,
    WORDS,
    Asked,
    Filter,
    asked_for,
    comparable,
    folded,
    query_of,
    with_changes,
    words_filter,
)
from creneau_web.lists.exporting import Export, Feed, fed_with, may_export
from creneau_web.visit import visit

Row = TypeVar("Row")


class Column(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """A column of a table.

    `key` gives what a row is sorted by (None: it cannot be, unless the database does it:
    `sortable`); `cell` what an export writes, by default the key; `only_exported`: no page shows it.
    """

    name: str
    label: str
    key: Callable[[Row], Any] | None = None
    cell: Callable[[Row], Cell] | None = None
    number: bool = False
    sortable: bool = False
    only_exported: bool = False


class Choice(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """A filter of one value among several: `(value, label)`; `value_of` is a row's own.

    `default` is what holds as long as nothing is chosen; empty: everything is shown.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value_of: Callable[[Row], str | Sequence[str]]
    default: str = ""


class Listing(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """One page of a list; `total` counts what passes the filters, `known` everything there is.

    `columns` are as `data_table` takes them; `every` is all that passes, where it was read whole. The first
    and the last page have a way of their own where no neighbour of this one is it.
    """

    rows: Sequence[Row]
    total: int
    known: int
    columns: Sequence[Mapping[str, Any]]
    asked: Asked
    pages: int
    page: int
    previous_href: str | None
    next_href: str | None
    first_href: str | None = None
    last_href: str | None = None
    every: Sequence[Row] = ()
    exported: Sequence[Column[Row]] = ()

    @property
    def filters(self) -> Sequence[Filter]:
        """Give what the list can be narrowed by, and what is chosen."""
        return self.asked.filters

    @property
    def filtered(self) -> bool:
        """Tell whether something narrows the list."""
        return self.asked.filtered

    @property
    def steered(self) -> bool:
        """Tell whether somebody else's list can be chosen."""
        return any(one.steers for one in self.filters)

    def chosen(self, but: Sequence[str] = ()) -> Sequence[Filter]:
        """Give the filters in which something is chosen, but for those that are shown elsewhere."""
        return [
            one
            for one in self.filters
            if one.kind != "fixed" and one.name not in but and (one.chosen or one.wrong)
        ]

    @property
    def orders(self) -> Sequence[tuple[str, str]]:
        """Give the orders as a phone offers them, where no headings are in sight."""
        heads = [one for one in self.columns if "sort_href" in one]
        own = [] if self.asked.always_sorted else [("", _("Ordre habituel"))]
        return (
            [
                *own,
                *((one["name"], one["label"]) for one in heads),
                *(
                    (f"-{one['name']}", _("%(label)s, à rebours", label=one["label"]))
                    for one in heads
                ),
            ]
            if heads
            else []
        )

    @property
    def path(self) -> str:
        """Give the address of the list as nothing narrows it."""
        return visit().path

    @property
    def query(self) -> str:
        """Give what is asked as the end of an address."""
        return query_of(self.asked)

    @property
    def clear_href(self) -> str:
        """Give the address of the list without filters, and without the search that opens it."""
        steering = {one.name: one.value for one in self.filters if one.steers and one.chosen}
        return f"{self.path}?{urlencode(steering or {ALL: 'oui'})}"

    @property
    def exportable(self) -> bool:
        """Tell whether whoever asks may take the list away as a file."""
        return bool(self.exported and self.total and may_export())


def arranged(  # noqa: PLR0913 - what there is, and how it may be asked for
    rows: Sequence[Row],
    columns: Sequence[Column[Row]],
    *,
    words_label: str | None = None,
    text_of: Callable[[Row], str] | None = None,
    choices: Sequence[Choice[Row]] = (),
    steering: Sequence[Filter] = (),
) -> Listing[Row]:
    """Give the page that the address asks for of a list that is short enough to be read whole.

    Args:
        rows: everything, in the order that holds without sorting.
        columns: those of the table; texts are sorted with accents and case aside.
        words_label: the label of the field for words.
        text_of: what of a row the words are looked for in; None: there is no such field.
        choices: further filters.
        steering: what said already which rows these are.
    """
    filters = [_filter(choice) for choice in choices]
    if text_of is not None:
        filters.insert(0, words_filter(words_label or _("Chercher")))
    asked = asked_for([*steering, *filters], {one.name for one in columns if one.key is not None})
    kept = [
        row
        for row in rows
        if _has_words(row, asked.value(WORDS), text_of)
        and all(_fits(row, one, asked.value(f"{WORDS}-{one.name}")) for one in choices)
    ]
    every = _sorted(kept, columns, asked)
    page = min(_pages(len(every)), asked.page)
    return shown(
        every[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        len(every),
        columns,
        asked,
        known=len(rows),
        every=every,
    )


def shown(  # noqa: PLR0913 - what there is, and how it is asked for
    rows: Sequence[Row],
    total: int,
    columns: Sequence[Column[Row]],
    asked: Asked,
    *,
    known: int | None = None,
    every: Sequence[Row] = (),
) -> Listing[Row]:
    """Show a page of a list; `total` counts what passes the filters, `known` all there is."""
    pages = _pages(total)
    page = min(pages, asked.page)
    return Listing(
        rows=rows,
        total=total,
        known=total if known is None else known,
        columns=[_head(one, asked.sort) for one in columns if not one.only_exported],
        asked=asked,
        pages=pages,
        page=page,
        previous_href=with_changes({PAGE: str(page - 1)}) if page > 1 else None,
        next_href=with_changes({PAGE: str(page + 1)}) if page < pages else None,
        first_href=with_changes({PAGE: "1"}) if page - 1 > 1 else None,
        last_href=with_changes({PAGE: str(pages)}) if page < pages - 1 else None,
        every=every,
        exported=columns if _heads_of(columns) else (),
    )


def exported(name: str, title: str, listing: Listing[Row]) -> Export:
    """Give a list that was read whole to be written into a file."""
    return export_of(
        listing.exported,
        name=name,
        title=title,
        total=listing.total,
        feed=fed_with(listing.every),
    )


def export_of(
    columns: Sequence[Column[Row]], *, name: str, title: str, total: int, feed: Feed
) -> Export:
    """Give a list that is read piece by piece to be written into a file, by its columns."""
    return Export(
        name=name,
        title=title,
        heads=_heads_of(columns),
        row_of=_rows_of(columns),
        total=total,
        feed=feed,
    )


def _heads_of(columns: Sequence[Column[Any]]) -> list[str]:
    """Name the columns of an export."""
    return [one.label for one in columns if one.cell is not None or one.key is not None]


def _rows_of(columns: Sequence[Column[Row]]) -> Callable[[Row], Sequence[Cell]]:
    """Give what writes the cells of a row, by its columns."""
    cells = [one.cell or one.key for one in columns if one.cell is not None or one.key is not None]
    return lambda row: [cell(row) for cell in cells if cell is not None]


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def _filter(choice: Choice[Any]) -> Filter:
    return Filter(
        name=f"{WORDS}-{choice.name}",
        label=choice.label,
        options=choice.options,
        default=choice.default,
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


def _sorted(rows: list[Row], columns: Sequence[Column[Row]], asked: Asked) -> Sequence[Row]:
    for column in columns:
        if column.key is not None and asked.column == column.name:
            key = column.key
            return sorted(rows, key=lambda row: comparable(key(row)), reverse=asked.descending)
    return rows


def _head(column: Column[Any], sort: str) -> dict[str, Any]:
    head: dict[str, Any] = {"name": column.name, "label": column.label, "number": column.number}
    if column.key is None and not column.sortable:
        return head
    descending = sort == column.name
    order = {column.name: "ascending", f"-{column.name}": "descending"}.get(sort)
    href = with_changes({SORT: f"-{column.name}" if descending else column.name, PAGE: ""})
    return {**head, "sort_href": href, "sorted": order}

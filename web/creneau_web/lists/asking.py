"""What the address of a list asks for: filters, the order, the page; what makes no sense is said.

`tri=name` sorts by a column, `tri=-name` the other way; `page` counts from 1. Everything else is a
filter under its own name.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.i18n import day as written
from creneau.i18n import gettext as _

from creneau_web.visit import visit

SORT, WORDS, PAGE, SEARCH, ALL = "tri", "filtre", "page", "recherche", "tout"
# What steers a list without being a filter of it.
STEERING: Final = frozenset({SORT, PAGE, SEARCH, ALL, "lang", "champ"})
LONGEST_WORDS: Final = 100
PAGE_SIZE: Final = 50
LONGEST_NUMBER: Final = 8
SINCE, TO = "du", "au"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 1, 1)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list can be narrowed by, and what is chosen of it.

    `default` is what holds as long as nothing is chosen; empty: everything is shown. A `choice`
    takes one of its options, `words` and `day` what is typed; `fixed` comes by a link alone, its
    one option being what it may be. `steers`: it says whose list is shown, and narrows nothing.
    """

    name: str
    label: str
    kind: Literal["choice", "words", "day", "fixed"] = "choice"
    options: Sequence[tuple[str, str]] = ()
    default: str = ""
    value: str = ""
    wrong: str = ""
    steers: bool = False

    @property
    def all_label(self) -> str | None:
        """Name the choice of everything; a filter whose default hides something has its own."""
        return None if self.default else _("Tous")

    @property
    def chosen(self) -> bool:
        """Tell whether it narrows the list otherwise than by default."""
        return self.value != self.default

    @property
    def said(self) -> str:
        """Write what is chosen, for the people who read it."""
        day = date_of(self.value) if self.kind == "day" else None
        if day:
            return written(day)
        return dict(self.options).get(self.value, self.value) or _("Tous")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a list; `sort` is a column's name, after `-` where it turns round.

    `gone` are sentences about filters that could not be applied; `search` is a saved search.
    `always_sorted`: its own order is that of a column.
    """

    filters: Sequence[Filter]
    sort: str
    page: int
    gone: Sequence[str] = ()
    search: str = ""
    always_sorted: bool = False

    def value(self, name: str) -> str:
        """Give what is chosen of a filter; empty for nothing."""
        return next((one.value for one in self.filters if one.name == name), "")

    @property
    def words(self) -> list[str]:
        """Give the words that are looked for, plainly written."""
        return folded(self.value(WORDS)).split()

    def skipped(self, total: int) -> int:
        """Tell how many rows come before the page that is asked for; behind the last one, the last."""
        return (min(self.page, max(1, -(-total // PAGE_SIZE))) - 1) * PAGE_SIZE

    @property
    def filtered(self) -> bool:
        """Tell whether something narrows the list."""
        return any(one.chosen and not one.steers for one in self.filters)

    @property
    def descending(self) -> bool:
        """Tell whether the order turns round."""
        return self.sort.startswith("-")

    @property
    def column(self) -> str:
        """Give the name of the column that the list is sorted by; empty for its own order."""
        return self.sort.removeprefix("-")


def asked_for(
    filters: Sequence[Filter], sorts: Collection[str], *, default_sort: str = ""
) -> Asked:
    """Read from the address what a list is asked for.

    Args:
        filters: what it can be narrowed by.
        sorts: names of the columns that it can be sorted by.
        default_sort: the order that holds when none is asked for.
    """
    query = dict(parse_qsl(visit().query))
    settled = [_settled(one, query.get(one.name)) for one in filters]
    sort = query.get(SORT, "")
    return Asked(
        filters=[one for one, _said in settled],
        sort=sort if sort.removeprefix("-") in sorts else default_sort,
        page=number_of(query.get(PAGE, "")),
        gone=[said for _one, said in settled if said],
        search=query.get(SEARCH, "")[:40],
        always_sorted=bool(default_sort),
    )


def _settled(found: Filter, typed: str | None) -> tuple[Filter, str]:
    text = (found.default if typed is None else typed).strip()[:LONGEST_WORDS]
    if found.kind == "words":
        return msgspec.structs.replace(found, value=text), ""
    if found.kind == "day":
        said = "" if not text or date_of(text) else _("Écrivez la date comme 2026-11-29.")
        return msgspec.structs.replace(found, value=text, wrong=said), ""
    if not text or text in {value for value, _label in found.options}:
        return msgspec.structs.replace(found, value=text), ""
    said = _(
        "Le filtre « %(label)s » n’a pas été appliqué : ce qu’il désignait n’existe plus ici.",
        label=found.label,
    )
    return msgspec.structs.replace(found, value=found.default), said


def date_of(text: str) -> date | None:
    """Read a day such as 2026-11-29; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def uuid_of(text: str) -> UUID | None:
    """Read an id; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def words_filter(label: str) -> Filter:
    """Give the filter of words that are typed."""
    return Filter(name=WORDS, label=label, kind="words")


def period_filters() -> list[Filter]:
    """Give the two filters of a period of days."""
    return [
        Filter(name=SINCE, label=_("Depuis le"), kind="day"),
        Filter(name=TO, label=_("Jusqu’au"), kind="day"),
    ]


def period_of(asked: Asked, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Give the moments at which the asked period begins, and ends (its last day included)."""
    since, to = date_of(asked.value(SINCE)), date_of(asked.value(TO))
    return (
        datetime.combine(since, time(), zone) if since else None,
        datetime.combine(to + timedelta(days=1), time(), zone) if to else None,
    )


def turned_round(asked: Asked) -> Asked:
    """Say where the period begins after its end, which leaves the list empty."""
    since, to = date_of(asked.value(SINCE)), date_of(asked.value(TO))
    if since is None or to is None or since <= to:
        return asked
    said = _("La première date vient après la seconde : échangez-les.")
    return msgspec.structs.replace(asked, gone=[*asked.gone, said])


def number_of(text: str) -> int:
    """Read the number of a page; what is none counts as the first."""
    fits = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return max(1, int(text)) if fits else 1


def with_changes(changes: Mapping[str, str]) -> str:
    """Write the address that is asked with some changes; what becomes empty is left out."""
    kept = {name: value for name, value in parse_qsl(visit().query) if name != "lang"}
    asked = {name: value for name, value in {**kept, **changes}.items() if value}
    return f"{visit().path}?{urlencode(asked)}" if asked else visit().path


def query_of(asked: Asked) -> str:
    """Write what is asked as the end of an address: what holds by default is left out."""
    chosen = {one.name: one.value for one in asked.filters if one.chosen}
    return urlencode({**chosen, SORT: asked.sort} if asked.sort else chosen)


def parameter(name: str) -> str:
    """Give what the address says under a name; empty for nothing."""
    return dict(parse_qsl(visit().query)).get(name, "")


def field_asked() -> str:
    """Give the field that the search over all settings leads to, as the end of an address."""
    name = dict(parse_qsl(visit().query)).get("champ", "")
    fits = name.isascii() and name.isidentifier() and len(name) < 60  # noqa: PLR2004 - no field's name is longer
    return f"#{name}" if fits else ""


def folded(text: str) -> str:
    """Write a text in lower case and without accents, words apart by single spaces."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    kept = (char if char.isalnum() else " " for char in letters if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def comparable(value: object) -> tuple[bool, Any]:
    """Give what a value is sorted by: texts without accents and case, what is missing last."""
    return value is None, folded(value) if isinstance(value, str) else (value or 0)

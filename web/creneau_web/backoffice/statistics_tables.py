"""The tables of the statistics as their page shows them, and what plugins add to them (C-69)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from creneau.i18n import gettext as _
from creneau.plugins import active
from creneau.statistics import service as statistics
from creneau.statistics.contributed import StatisticsChoice, StatisticsTable
from creneau.statistics.schemas import Question

from creneau_web import lists

MOST_BARS: Final = 12


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A table as the page shows it: its columns as `data_table` takes them, its bars as pairs."""

    code: str
    title: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int | None]]]
    chart: str
    note: str
    href: str
    href_label: str
    columns: Sequence[Mapping[str, Any]]
    bars: Sequence[tuple[str, int]]


def shown(table: StatisticsTable) -> Shown:
    """Lay a table out."""
    first, *numbers = table.heads
    return Shown(
        code=table.code,
        title=table.title,
        heads=table.heads,
        rows=table.rows,
        chart=table.chart,
        note=table.note,
        href=table.href,
        href_label=table.href_label,
        columns=[{"label": first}, *({"label": one, "number": True} for one in numbers)],
        bars=[(name, values[0] or 0) for name, values in table.rows[:MOST_BARS] if values],
    )


def choices() -> Sequence[StatisticsChoice]:
    """List what plugins let one choose above their tables."""
    return [one for source in active().statistics_tables() for one in source.choices]


def filters() -> Sequence[lists.Filter]:
    """Make filters of it; the first option is the usual one."""
    return [
        lists.Filter(
            name=choice.name,
            label=_(choice.label),
            options=[(value, _(label)) for value, label in choice.options],
            default=choice.options[0][0],
        )
        for choice in choices()
    ]


async def of_plugins(question: Question, asked: lists.Asked) -> Sequence[StatisticsTable]:
    """Give the tables that plugins add, by what was chosen."""
    chosen = {one.name: asked.value(one.name) for one in choices()}
    return await statistics.of_plugins(question, chosen)

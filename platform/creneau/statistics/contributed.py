"""What plugins hand to the statistics: tables with their charts (C-69)."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from creneau.database import Transaction


class StatisticsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The period of the statistics, its last day included, and whose appointments are reached (C-04).

    `everything`: there is no limit. Otherwise those of the agents, and all of the organisations.
    """

    since: date
    to: date
    time_zone: str
    everything: bool
    organisation_ids: frozenset[UUID]
    agent_ids: frozenset[UUID]


class StatisticsTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the statistics with its chart; texts are in the current language already.

    `code` starts with the plugin's name and a dot. The first of `heads` names what the rows are; a
    row is its name and a number for each further head. `columns` stand one beside the other as time
    goes by, `bars` compare the rows' first numbers; without rows a sentence says so.
    """

    code: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, Sequence[int | None]]]
    chart: Literal["bars", "columns", "none"] = "bars"
    note: str = ""


class StatisticsSource(msgspec.Struct, frozen=True):
    """Where further tables of the statistics come from (C-69)."""

    async def tables(self, tx: Transaction, asked: StatisticsAsked) -> Sequence[StatisticsTable]:
        """Give the tables of a period, within the reach that is asked for."""
        raise NotImplementedError

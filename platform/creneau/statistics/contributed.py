"""What plugins hand to the statistics: tables with their charts (C-69)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from creneau.database import Transaction


class StatisticsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The period of the statistics, its last day included, and whose appointments are reached (C-04).

    `everything`: there is no limit. Otherwise those of the agents, and all of the organisations.
    `organisation_id` and `service_id` are those that the page asks for; `choices` what was chosen of
    the source's own, by name. `counted`: what changed is counted, so that kept figures are those of now.
    """

    since: date
    to: date
    time_zone: str
    everything: bool
    organisation_ids: frozenset[UUID]
    agent_ids: frozenset[UUID]
    organisation_id: UUID | None = None
    service_id: UUID | None = None
    choices: Mapping[str, str] = {}
    counted: bool = False


class StatisticsChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to choose above the tables: options are values with labels; texts are French ids.

    `name` starts with the plugin's; the first option is the usual one.
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


class StatisticsTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the statistics with its chart; texts are in the current language already.

    `code` starts with the plugin's name and a dot. The first of `heads` names what the rows are; a
    row is its name and a number for each further head. `columns` stand one beside the other as time
    goes by, `bars` compare the rows' first numbers; without rows a sentence says so. `href` leads to
    what the numbers count.
    """

    code: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, Sequence[int | None]]]
    chart: Literal["bars", "columns", "none"] = "bars"
    note: str = ""
    href: str = ""
    href_label: str = ""


class StatisticsSource(msgspec.Struct, frozen=True):
    """Where further tables of the statistics come from (C-69)."""

    choices: tuple[StatisticsChoice, ...] = ()

    async def tables(self, tx: Transaction, asked: StatisticsAsked) -> Sequence[StatisticsTable]:
        """Give the tables of a period, within the reach that is asked for."""
        raise NotImplementedError


class KeptFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures that a plugin keeps by person. `code` starts with the plugin's name and a dot."""

    code: str

    async def keep(self, tx: Transaction, person_ids: Sequence[UUID]) -> None:
        """Count anew what is kept of some persons: their appointments or referents changed.

        Asked by whoever reads or counts, some hundred persons at a time, whether the plugin is switched on
        or not: be quick, and ask for nothing but the database.
        """
        raise NotImplementedError

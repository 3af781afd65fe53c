"""A question as the conditions of a statement, and which counts it reads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from creneau.database import Transaction
from creneau.statistics.schemas import Question
from creneau.statistics.spans import DAY, Span, spans


class Reading:
    """A question as the conditions of a statement, with the values that they name by their numbers."""

    def __init__(self, tx: Transaction, question: Question, zone: str, now: datetime) -> None:
        self.values: list[Any] = [tx.tenant_id, zone, now, question.since, question.to]
        self.step = self.value(question.step)
        self.question = question
        self._today = now.astimezone(ZoneInfo(zone)).date()

    def value(self, value: object) -> str:
        """Keep a value, and give the number by which the statement names it."""
        self.values.append(value)
        return f"${len(self.values)}"

    def counted(
        self, kinds: Sequence[str], agents: str, *, by_month: bool, today: bool = False
    ) -> str:
        """Write which counts of some kinds are read, without those of today and yesterday.

        `by_month`: whole months may be read as their sums; `today`: those two days are read as well.
        """
        question = self.question
        apart = None if today else (self._today - DAY, self._today)
        found = spans(question.since, question.to, apart, by_month=by_month)
        tables = [("appointment_count", "day", found.days)]
        if found.months:
            tables.append(("appointment_month", "month", found.months))
        return " UNION ALL ".join(self._spans(kinds, agents, *one) for one in tables)

    def _spans(
        self, kinds: Sequence[str], agents: str, table: str, column: str, found: Sequence[Span]
    ) -> str:
        """Read span after span along the index."""
        firsts, lasts = (self.value([one[end] for one in found]) for end in (0, 1))
        return f"""
            SELECT c.* FROM unnest({firsts}::date[], {lasts}::date[]) AS s (first, last)
            CROSS JOIN LATERAL (
                SELECT c.kind, c.{column} AS day, c.organisation_id, c.subjects, c.state, c.source,
                    c.number, c.minutes
                FROM {table} c
                WHERE c.tenant_id = $1 AND c.kind = ANY({self.value(list(kinds))}::text[])
                    AND c.{column} BETWEEN s.first AND s.last AND c.number <> 0
                    {self.asked("c", agents)} OFFSET 0) c
        """

    def organisations(self, column: str) -> str:
        """Limit to the organisations that are asked for, and reached."""
        found: list[str] = []
        if self.question.organisation_id:
            found.append(f"{column} = {self.value(self.question.organisation_id)}")
        within = self.question.within
        if not within.everything and within.organisation_ids:
            found.append(f"{column} = ANY({self.value(list(within.organisation_ids))}::uuid[])")
        return "".join(f" AND {one}" for one in found)

    def asked(self, row: str, agents: str) -> str:
        """Limit counts to what is asked for: organisations, a service, and agents in reach."""
        limits = ""
        if self.question.service_id:
            limits += f" AND {row}.service_id = {self.value(self.question.service_id)}"
        if not self.question.by_agents:
            return limits + self.organisations(f"{row}.organisation_id")
        if self.question.organisation_id:
            limits += f" AND {row}.organisation_id = {self.value(self.question.organisation_id)}"
        houses, reached = self._reached()
        return f"{limits} AND ({row}.organisation_id = ANY({houses}) OR {agents} && {reached})"

    def _reached(self) -> tuple[str, str]:
        within = self.question.within
        houses, agents = (list(one) for one in (within.organisation_ids, within.agent_ids))
        return f"{self.value(houses)}::uuid[]", f"{self.value(agents)}::uuid[]"

    def agents(self, column: str) -> str:
        """Limit openings to agents, where no organisation is reached as a whole."""
        if not self.question.of_agents:
            return ""
        return f" AND {column} = ANY({self.value(list(self.question.within.agent_ids))}::uuid[])"

    def service(self, column: str) -> str:
        """Limit to the motives of a service."""
        if not self.question.service_id:
            return ""
        service = self.value(self.question.service_id)
        motives = f"SELECT id FROM motive WHERE tenant_id = $1 AND service_id = {service}"
        return f" AND {column} IN ({motives})"

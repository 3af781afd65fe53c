"""The statements by which figures are read."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from creneau.appointments.listing.schemas import Standing
from creneau.database import Transaction
from creneau.statistics.queries.parts import ACTIVE, APPOINTMENTS, KINDS, SUBJECTS
from creneau.statistics.schemas import Cell, Only, Question


class Reading:
    """A question as the conditions of a statement, with the values that they name by their numbers."""

    def __init__(self, tx: Transaction, question: Question, zone: str, now: datetime) -> None:
        self.values: list[Any] = [tx.tenant_id, zone, now, question.since, question.to]
        self.step = self.value(question.step)
        self.question = question

    def value(self, value: object) -> str:
        """Keep a value, and give the number by which the statement names it."""
        self.values.append(value)
        return f"${len(self.values)}"

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
        limits = self.organisations(f"{row}.organisation_id")
        if self.question.service_id:
            limits += f" AND {row}.service_id = {self.value(self.question.service_id)}"
        if self.question.of_agents:
            reached = self.value(list(self.question.within.agent_ids))
            limits += f" AND {agents} && {reached}::uuid[]"
        return limits

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


# What has no status is to come until it is over: by the hour, on the days around today.
_STANDING: Final = """
    CASE WHEN b.state <> 'planned' THEN b.state WHEN a.ends_at <= $3 THEN 'to_fill' ELSE 'upcoming' END
"""
_TODAY: Final = "($3 AT TIME ZONE $2)::date"
_AROUND_TODAY: Final = f"""
    (SELECT a.*, (a.starts_at AT TIME ZONE $2)::date AS day FROM appointment a
     WHERE a.tenant_id = $1
        AND a.starts_at >= greatest($4, {_TODAY} - 1)::date::timestamp AT TIME ZONE $2
        AND a.starts_at < (least($5, {_TODAY})::date + 1)::timestamp AT TIME ZONE $2)
"""
_LIVE: Final = APPOINTMENTS.format(source=_AROUND_TODAY, state=_STANDING, active=ACTIVE)
_COUNTED: Final = f"""
    CASE WHEN c.state <> 'planned' THEN c.state WHEN c.day < {_TODAY} THEN 'to_fill' ELSE 'upcoming' END
"""
_NOT_TODAY: Final = f"c.day BETWEEN $4 AND $5 AND c.day NOT BETWEEN {_TODAY} - 1 AND {_TODAY}"


async def cells(tx: Transaction, reading: Reading) -> list[Cell]:
    """Read figures from what was counted, but for the days around today, which are counted now."""
    rows = _of_agents(reading) if reading.question.of_agents else _of_all(reading)
    return await tx.all(Cell, f"{rows} UNION ALL {_created(reading)}", *reading.values)


def _of_all(reading: Reading) -> str:
    """Read what is counted by motive, by place and by agents."""
    step = f"CASE WHEN kind = 'place' THEN date_trunc({reading.step}, day::timestamp)::date END"
    return f"""
        SELECT kind, {step} AS step, subjects, standing, '' AS source,
            sum(number)::integer AS number, sum(minutes)::integer AS minutes
        FROM (
            SELECT c.kind, c.day, c.subjects, {_COUNTED} AS standing, c.number, c.minutes
            FROM appointment_count c
            WHERE c.tenant_id = $1 AND c.kind IN ('motive', 'place', 'agents') AND {_NOT_TODAY}
                {reading.asked("c", "")}
            UNION ALL
            SELECT {KINDS}, day, {SUBJECTS}, state, count(*), sum(minutes)
            FROM ({_LIVE}) x WHERE true {reading.asked("x", "")}
            GROUP BY day, state, GROUPING SETS ((motive_id), (place_id), (agents))
        ) y
        GROUP BY 1, 2, 3, 4
    """


def _of_agents(reading: Reading) -> str:
    """Read what is counted of some agents, and put it together by motive, by place and by agents."""
    return f"""
        SELECT {KINDS} AS kind, step, {SUBJECTS} AS subjects, standing, '' AS source,
            sum(number)::integer AS number, sum(minutes)::integer AS minutes
        FROM (
            SELECT date_trunc({reading.step}, c.day::timestamp)::date AS step,
                c.subjects[1] AS motive_id, c.subjects[2] AS place_id, c.subjects[3:] AS agents,
                {_COUNTED} AS standing, c.number, c.minutes
            FROM appointment_count c
            WHERE c.tenant_id = $1 AND c.kind = 'within' AND {_NOT_TODAY}
                {reading.asked("c", "c.subjects[3:]")}
            UNION ALL
            SELECT date_trunc({reading.step}, x.day::timestamp)::date, motive_id, place_id, agents,
                state, 1, minutes
            FROM ({_LIVE}) x WHERE true {reading.asked("x", "x.agents")}
        ) y
        GROUP BY standing, GROUPING SETS ((motive_id), (place_id, step), (agents))
    """


def _created(reading: Reading) -> str:
    """Read how many were booked in each part of the period, by whom."""
    kind = "created_within" if reading.question.of_agents else "created"
    return f"""
        SELECT 'created', date_trunc({reading.step}, c.day::timestamp)::date, '{{}}'::uuid[], '',
            c.source, sum(c.number)::integer, 0
        FROM appointment_count c
        WHERE c.tenant_id = $1 AND c.kind = '{kind}' AND c.day BETWEEN $4 AND $5
            {reading.asked("c", "c.subjects")}
        GROUP BY 2, 5
    """


async def standings(tx: Transaction, reading: Reading, only: Only) -> dict[Standing, int]:
    """Count by status from what was counted, of some things alone where they are named."""
    kind, counted, live = _only(reading, only)
    agents = {"within": "c.subjects[3:]"}.get(kind, "c.subjects")
    found = await tx.rows(
        f"""
        SELECT standing, sum(number)::integer AS number FROM (
            SELECT {_COUNTED} AS standing, c.number FROM appointment_count c
            WHERE c.tenant_id = $1 AND c.kind = '{kind}' AND {_NOT_TODAY}
                {counted} {reading.asked("c", agents)}
            UNION ALL
            SELECT x.state, count(*) FROM ({_LIVE}) x
            WHERE {reading.step}::text <> '' {live} {reading.asked("x", "x.agents")}
            GROUP BY x.state
        ) y GROUP BY 1
        """,
        *reading.values,
    )
    return {row["standing"]: row["number"] for row in found}


def _only(reading: Reading, only: Only) -> tuple[str, str, str]:
    """Choose the counts that know what is named, and limit them, and those of today."""
    named = {name: one for name in ("motive", "place", "agent") if (one := getattr(only, name))}
    reached = reading.question.of_agents
    if not named and not reached:
        return "place", "", ""
    alone = next(iter(named)) if len(named) == 1 and not reached else "within"
    kind = {"agent": "agents"}.get(alone, alone)
    counted = live = ""
    for name, one in named.items():
        value = reading.value(one)
        counted += f" AND {value} = {_COUNTED_IN[name] if kind == 'within' else 'ANY(c.subjects)'}"
        live += f" AND {value} = {_LIVE_IN[name]}"
    return kind, counted, live


_COUNTED_IN: Final = {
    "motive": "c.subjects[1]",
    "place": "c.subjects[2]",
    "agent": "ANY(c.subjects[3:])",
}
_LIVE_IN: Final = {"motive": "x.motive_id", "place": "x.place_id", "agent": "ANY(x.agents)"}


class PersonsOf(msgspec.Struct, frozen=True):
    """How many persons were noted in a part of the period."""

    step: date
    number: int


async def persons(tx: Transaction, reading: Reading) -> list[PersonsOf]:
    """Count the persons that were noted, all over the tenant: they belong to no organisation."""
    return await tx.all(
        PersonsOf,
        f"""
        SELECT date_trunc({reading.step}, created_at AT TIME ZONE $2)::date AS step,
            count(*)::integer AS number
        FROM person
        WHERE tenant_id = $1 AND created_at <= $3
            AND created_at >= $4::date::timestamp AT TIME ZONE $2
            AND created_at < ($5::date + 1)::timestamp AT TIME ZONE $2
        GROUP BY 1
        """,
        *reading.values,
    )


async def opened_minutes(tx: Transaction, reading: Reading) -> int:
    """Add up the minutes that were open, without those that absences and closures took.

    A minute counts once for each resource, however many openings, absences and closures hold it.
    """
    limits = (
        reading.organisations("p.organisation_id")
        + reading.agents("o.resource_id")
        + _of_service(reading)
    )
    # The day and the step of a question are not asked here, but named, so that all values are.
    return await tx.value(
        f"""
        WITH open AS (
            SELECT o.id, o.resource_id, o.place_id, p.organisation_id, o.period
            FROM opening_occurrence o
            JOIN place p ON p.tenant_id = $1 AND p.id = o.place_id
            WHERE o.tenant_id = $1 AND {reading.step}::text <> '' AND $3::timestamptz IS NOT NULL
                AND o.starts_at >= $4::date::timestamp AT TIME ZONE $2
                AND o.starts_at < ($5::date + 1)::timestamp AT TIME ZONE $2 {limits}
        ), taken AS (
            SELECT id, range_agg(period) AS periods FROM (
                SELECT o.id, x.period FROM open o
                JOIN absence_occurrence x ON x.tenant_id = $1 AND x.resource_id = o.resource_id
                    AND x.period && o.period
                    AND x.starts_at >= ($4::date - 2)::timestamp AT TIME ZONE $2
                    AND x.starts_at < ($5::date + 2)::timestamp AT TIME ZONE $2
                UNION ALL
                SELECT o.id, c.period FROM closure c JOIN open o ON c.period && o.period
                    AND (c.place_id IS NULL OR c.place_id = o.place_id)
                    AND (c.organisation_id IS NULL OR c.organisation_id = o.organisation_id)
                WHERE c.tenant_id = $1
            ) x GROUP BY id
        ), free AS (
            SELECT range_agg(o.period::tstzmultirange - COALESCE(t.periods, '{{}}')) AS periods
            FROM open o LEFT JOIN taken t ON t.id = o.id GROUP BY o.resource_id
        )
        SELECT COALESCE(sum(extract(epoch FROM upper(part) - lower(part))), 0)::bigint / 60
        FROM free, unnest(free.periods) AS part
        """,
        *reading.values,
    )


def _of_service(reading: Reading) -> str:
    if not reading.question.service_id:
        return ""
    return f"""
        AND o.opening_id IN (
            SELECT x.opening_id FROM opening_motive x
            WHERE x.tenant_id = $1 {reading.service("x.motive_id")})
    """


class Named(msgspec.Struct, frozen=True):
    """A thing with its name; `service_id` is a motive's."""

    id: UUID
    kind: str
    name: str
    service_id: UUID | None


async def names(tx: Transaction) -> list[Named]:
    """Read what motives, services, places and agents are called, those that are gone included.

    Motives of one name are told apart by their organisation; an agent who has no name yet, by the address.
    """
    return await tx.all(
        Named,
        """
        SELECT m.id, 'motive' AS kind, m.service_id,
            CASE WHEN count(*) OVER (PARTITION BY m.name) > 1
                THEN m.name || ' (' || o.name || ')' ELSE m.name END AS name
        FROM motive m JOIN organisation o ON o.tenant_id = $1 AND o.id = m.organisation_id
        WHERE m.tenant_id = $1
        UNION ALL SELECT id, 'service', NULL, name FROM service WHERE tenant_id = $1
        UNION ALL SELECT id, 'place', NULL, name FROM place WHERE tenant_id = $1
        UNION ALL SELECT id, 'agent', NULL,
            COALESCE(NULLIF(btrim(first_name || ' ' || last_name), ''), email)
            FROM agent WHERE tenant_id = $1
        """,
        tx.tenant_id,
    )

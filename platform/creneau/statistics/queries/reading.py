"""The statements by which figures are read."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from creneau.appointments.listing.queries import OF_AGENTS
from creneau.appointments.listing.schemas import Standing
from creneau.database import Transaction
from creneau.statistics.queries.parts import ACTIVE, APPOINTMENTS, CREATED, KINDS, SETS, SUBJECTS
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

    def narrowed(self) -> str:
        """Limit to agents, where no organisation is reached as a whole, and to a service's motives."""
        within = self.question.within
        limits = ""
        if not (within.everything or within.organisation_ids):
            limits = f" AND {OF_AGENTS.format(agents=self.value(list(within.agent_ids)))}"
        return limits + self.service("a.motive_id")

    def agents(self, column: str) -> str:
        """Limit openings to agents, where no organisation is reached as a whole."""
        within = self.question.within
        if within.everything or within.organisation_ids:
            return ""
        return f" AND {column} = ANY({self.value(list(within.agent_ids))}::uuid[])"

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
_BETWEEN: Final = """
    (SELECT a.*, (a.starts_at AT TIME ZONE $2)::date AS day FROM appointment a
     WHERE a.tenant_id = $1 AND a.starts_at >= {since}::date::timestamp AT TIME ZONE $2
        AND a.starts_at < ({to}::date + 1)::timestamp AT TIME ZONE $2 {narrowed})
"""
_BOOKED_BETWEEN: Final = """
    (SELECT b.*, (b.created_at AT TIME ZONE $2)::date AS day FROM booking b
     JOIN appointment a ON a.tenant_id = $1 AND a.id = b.appointment_id
     WHERE b.tenant_id = $1 AND b.state NOT IN ('held', 'expired')
        AND b.created_at >= $4::date::timestamp AT TIME ZONE $2
        AND b.created_at < ($5::date + 1)::timestamp AT TIME ZONE $2 {narrowed})
"""
_STEP: Final = (
    "CASE WHEN kind IN ('place', 'created') THEN date_trunc({step}, day::timestamp)::date END"
)


async def cells_of_counts(tx: Transaction, reading: Reading) -> list[Cell]:
    """Read figures from what was counted, but for the days around today, which are counted now."""
    around = _BETWEEN.format(
        since=f"greatest($4, {_TODAY} - 1)", to=f"least($5, {_TODAY})", narrowed=""
    )
    rows = APPOINTMENTS.format(source=around, state=_STANDING, active=ACTIVE)
    sql = f"""
        SELECT kind, {_STEP.format(step=reading.step)} AS step, subjects, standing, source,
            sum(number)::integer AS number, sum(minutes)::integer AS minutes
        FROM (
            SELECT kind, day, subjects, CASE WHEN state <> 'planned' THEN state
                    WHEN day < {_TODAY} THEN 'to_fill' ELSE 'upcoming' END AS standing,
                source, number, minutes
            FROM appointment_count
            WHERE tenant_id = $1 AND day BETWEEN $4 AND $5
                AND (kind = 'created' OR day NOT BETWEEN {_TODAY} - 1 AND {_TODAY})
                {reading.organisations("organisation_id")}
            UNION ALL
            SELECT {KINDS}, day, {SUBJECTS}, state, '', count(*), sum(minutes)
            FROM ({rows}) x WHERE true {reading.organisations("organisation_id")} GROUP BY {SETS}
        ) c
        GROUP BY 1, 2, 3, 4, 5
    """
    return await tx.all(Cell, sql, *reading.values)


async def cells_as_they_stand(tx: Transaction, reading: Reading) -> list[Cell]:
    """Count figures now: for a reach or a service that no count by days can know."""
    period = _BETWEEN.format(since="$4", to="$5", narrowed=reading.narrowed())
    rows = APPOINTMENTS.format(source=period, state=_STANDING, active=ACTIVE)
    created = CREATED.format(source=_BOOKED_BETWEEN.format(narrowed=reading.narrowed()))
    sql = f"""
        SELECT kind, {_STEP.format(step=reading.step)} AS step, subjects, standing, source,
            sum(number)::integer AS number, sum(minutes)::integer AS minutes
        FROM (
            SELECT {KINDS} AS kind, day, {SUBJECTS} AS subjects, state AS standing, '' AS source,
                count(*) AS number, sum(minutes) AS minutes
            FROM ({rows}) x WHERE true {reading.organisations("organisation_id")} GROUP BY {SETS}
            UNION ALL
            SELECT 'created', day, '{{}}', '', source, count(*), 0
            FROM ({created}) x WHERE true {reading.organisations("organisation_id")}
            GROUP BY day, source
        ) c
        GROUP BY 1, 2, 3, 4, 5
    """
    return await tx.all(Cell, sql, *reading.values)


async def standings(tx: Transaction, reading: Reading, only: Only | None) -> dict[Standing, int]:
    """Count by status from what was counted, of one thing alone where it is named."""
    around = _BETWEEN.format(
        since=f"greatest($4, {_TODAY} - 1)", to=f"least($5, {_TODAY})", narrowed=""
    )
    rows = APPOINTMENTS.format(source=around, state=_STANDING, active=ACTIVE)
    kind, counted, live = "place", "", ""
    if only is not None:
        subject = reading.value(only.id)
        kind, counted = only.kind, f"AND {subject} = ANY(subjects)"
        live = f"AND {subject} = ANY({_LIVE_SUBJECTS[only.kind]})"
    found = await tx.rows(
        f"""
        SELECT standing, sum(number)::integer AS number FROM (
            SELECT CASE WHEN state <> 'planned' THEN state
                    WHEN day < {_TODAY} THEN 'to_fill' ELSE 'upcoming' END AS standing, number
            FROM appointment_count
            WHERE tenant_id = $1 AND kind = {reading.value(kind)} AND day BETWEEN $4 AND $5
                AND day NOT BETWEEN {_TODAY} - 1 AND {_TODAY} {counted}
            UNION ALL
            SELECT state, count(*) FROM ({rows}) x
            WHERE {reading.step}::text <> '' {live} GROUP BY state
        ) c GROUP BY 1
        """,
        *reading.values,
    )
    return {row["standing"]: row["number"] for row in found}


_LIVE_SUBJECTS: Final = {
    "motive": "ARRAY[motive_id]",
    "place": "ARRAY[place_id]",
    "agents": "agents",
}


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
    """Add up the minutes that were open, without those that an absence or a closure took."""
    limits = (
        reading.organisations("p.organisation_id")
        + reading.agents("o.resource_id")
        + _of_service(reading)
    )
    # The day and the step of a question are not asked here, but named, so that all values are.
    return await tx.value(
        f"""
        WITH open AS (
            SELECT o.resource_id, o.place_id, p.organisation_id, o.period FROM opening_occurrence o
            JOIN place p ON p.tenant_id = $1 AND p.id = o.place_id
            WHERE o.tenant_id = $1 AND {reading.step}::text <> '' AND $3::timestamptz IS NOT NULL
                AND o.starts_at >= $4::date::timestamp AT TIME ZONE $2
                AND o.starts_at < ($5::date + 1)::timestamp AT TIME ZONE $2 {limits}
        ), taken AS (
            SELECT o.period * x.period AS part FROM open o
            JOIN absence_occurrence x ON x.tenant_id = $1 AND x.resource_id = o.resource_id
                AND x.period && o.period
                AND x.starts_at >= ($4::date - 2)::timestamp AT TIME ZONE $2
                AND x.starts_at < ($5::date + 2)::timestamp AT TIME ZONE $2
            UNION ALL
            SELECT o.period * c.period FROM closure c JOIN open o ON c.period && o.period
                AND (c.place_id IS NULL OR c.place_id = o.place_id)
                AND (c.organisation_id IS NULL OR c.organisation_id = o.organisation_id)
            WHERE c.tenant_id = $1
        )
        SELECT greatest(0,
            (SELECT COALESCE(sum(extract(epoch FROM upper(period) - lower(period))), 0) FROM open)
            - (SELECT COALESCE(sum(extract(epoch FROM upper(part) - lower(part))), 0) FROM taken)
        )::bigint / 60
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

    Motives of one name are told apart by their organisation.
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
        UNION ALL SELECT id, 'agent', NULL, btrim(first_name || ' ' || last_name) FROM agent
            WHERE tenant_id = $1
        """,
        tx.tenant_id,
    )

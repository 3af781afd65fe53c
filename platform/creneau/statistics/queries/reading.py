"""The statements by which figures are read."""

from datetime import date
from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.statistics.queries.asking import Reading
from creneau.statistics.queries.parts import COUNTED, KINDS, LIVE, SUBJECTS
from creneau.statistics.schemas import Cell


async def cells(tx: Transaction, reading: Reading) -> list[Cell]:
    """Read figures from what was counted, but for the days around today, which are counted now."""
    rows = _of_agents(reading) if reading.question.of_agents else _of_all(reading)
    return await tx.all(Cell, f"{rows} UNION ALL {_created(reading)}", *reading.values)


def _of_all(reading: Reading) -> str:
    """Read what is counted by motive, by place and by agents."""
    step = f"CASE WHEN kind = 'place' THEN date_trunc({reading.step}, day::timestamp)::date END"
    counted = reading.counted(("motive", "agents"), "", by_month=True)
    places = reading.counted(("place",), "", by_month=_by_month(reading))
    return f"""
        SELECT kind, {step} AS step, subjects, standing, '' AS source,
            sum(number)::integer AS number, sum(minutes)::integer AS minutes
        FROM (
            SELECT c.kind, c.day, c.subjects, {COUNTED} AS standing, c.number, c.minutes
            FROM ({counted} UNION ALL {places}) c
            UNION ALL
            SELECT {KINDS}, day, {SUBJECTS}, state, count(*), sum(minutes)
            FROM ({LIVE}) x WHERE true {reading.asked("x", "")}
            GROUP BY day, state, GROUPING SETS ((motive_id), (place_id), (agents))
        ) y
        GROUP BY 1, 2, 3, 4
    """


def _by_month(reading: Reading) -> bool:
    """Tell whether months are parts of the period."""
    return reading.question.step == "month"


def _of_agents(reading: Reading) -> str:
    """Read what is counted of some agents, and put it together by motive, by place and by agents."""
    counted = reading.counted(("within",), "c.subjects[3:]", by_month=_by_month(reading))
    return f"""
        SELECT {KINDS} AS kind, step, {SUBJECTS} AS subjects, standing, '' AS source,
            sum(number)::integer AS number, sum(minutes)::integer AS minutes
        FROM (
            SELECT date_trunc({reading.step}, c.day::timestamp)::date AS step,
                c.subjects[1] AS motive_id, c.subjects[2] AS place_id, c.subjects[3:] AS agents,
                {COUNTED} AS standing, c.number, c.minutes
            FROM ({counted}) c
            UNION ALL
            SELECT date_trunc({reading.step}, x.day::timestamp)::date, motive_id, place_id, agents,
                state, 1, minutes
            FROM ({LIVE}) x WHERE true {reading.asked("x", "x.agents")}
        ) y
        GROUP BY standing, GROUPING SETS ((motive_id), (place_id, step), (agents))
    """


def _created(reading: Reading) -> str:
    """Read how many were booked in each part of the period, by whom."""
    kind = "created_within" if reading.question.of_agents else "created"
    counted = reading.counted((kind,), "c.subjects", by_month=_by_month(reading), today=True)
    return f"""
        SELECT 'created', date_trunc({reading.step}, c.day::timestamp)::date, '{{}}'::uuid[], '',
            c.source, sum(c.number)::integer, 0
        FROM ({counted}) c
        GROUP BY 2, 5
    """


class PersonsOf(msgspec.Struct, frozen=True):
    """How many persons were noted in a part of the period."""

    step: date
    number: int


async def persons(tx: Transaction, reading: Reading) -> list[PersonsOf]:
    """Count the persons that were noted, all over the tenant: they belong to no organisation."""
    return await tx.all(
        PersonsOf,
        f"""
        WITH parts AS (
            SELECT step, greatest(step, $4)::timestamp AT TIME ZONE $2 AS begins,
                least(lead(step) OVER (ORDER BY step), $5::date + 1)::timestamp AT TIME ZONE $2 AS ends
            FROM (
                SELECT date_trunc({reading.step}, day)::date AS step
                FROM generate_series($4::date::timestamp, $5::date::timestamp, interval '1 day') AS day
                GROUP BY 1) s
        )
        SELECT p.step, c.number FROM parts p
        CROSS JOIN LATERAL (
            SELECT count(*)::integer AS number FROM person n
            WHERE n.tenant_id = $1 AND n.created_at >= p.begins AND n.created_at < p.ends
                AND n.created_at <= $3 OFFSET 0) c
        WHERE c.number > 0
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

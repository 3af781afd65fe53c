"""Figures counted one by one, as no count by days does it: what counts are compared with."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from creneau.appointments.listing.schemas import Within
from creneau.database import Transaction, tenant_transaction
from creneau.people.schemas import Identity
from creneau.planning.drafts import OpeningDraft
from creneau.statistics import queries
from creneau.statistics.queries import PersonsOf, Reading
from creneau.statistics.rules import put_together
from creneau.statistics.schemas import Cell, Question, Statistics
from creneau_infra.clock import now

from tests.days import today
from tests.web.backoffice.cast import ZONE, Office

ADAM = Identity(first_name="Adam", last_name="Abel")


def question(within: Within | None = None, days: int = 10) -> Question:
    return Question(
        within=within or Within(everything=True),
        since=today() - timedelta(days=days),
        to=today() + timedelta(days=days),
    )


async def as_it_stands(asked: Question) -> Statistics:
    """Count everything now, one by one, as no count by days does it."""
    async with tenant_transaction() as tx:
        found = [one for one in await stands(tx, asked) if reached(asked, one)]
        persons: list[PersonsOf] = []
        if asked.within.whole:
            persons = await queries.persons(tx, Reading(tx, asked, "Europe/Paris", now()))
        opened = await queries.opened_minutes(tx, Reading(tx, asked, "Europe/Paris", now()))
        names = await queries.names(tx)
    return put_together(
        asked, [cell for one in found for cell in one.cells], persons, opened, names
    )


class Stands(msgspec.Struct):
    """An appointment or its creation, with all that it can be counted by."""

    cells: list[Cell]
    organisation: UUID
    service: UUID
    agents: list[UUID]


async def stands(tx: Transaction, asked: Question) -> list[Stands]:
    rows = await tx.rows(
        """
        SELECT a.starts_at, a.ends_at, b.created_at, b.state, b.source, a.motive_id, a.place_id,
            p.organisation_id, m.service_id, ARRAY(
                SELECT DISTINCT l.resource_id FROM allocation l JOIN agent g ON g.id = l.resource_id
                WHERE l.appointment_id = a.id AND (l.active OR a.state <> 'scheduled')
                    AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at ORDER BY 1) AS agents
        FROM booking b JOIN appointment a ON a.id = b.appointment_id JOIN place p ON p.id = a.place_id
        JOIN motive m ON m.id = a.motive_id
        WHERE b.tenant_id = $1 AND b.state NOT IN ('held', 'expired')
        """,
        tx.tenant_id,
    )
    return [
        Stands(cells, row["organisation_id"], row["service_id"], row["agents"])
        for row in rows
        for cells in (counted_one(row, asked), created_one(row, asked))
    ]


def counted_one(row: Any, asked: Question) -> list[Cell]:
    day = row["starts_at"].astimezone(ZONE).date()
    if not asked.since <= day <= asked.to:
        return []
    to_fill = "to_fill" if row["ends_at"] <= now() else "upcoming"
    active = row["state"] in {"planned", "waiting", "seen", "no_show"}
    length = int((row["ends_at"] - row["starts_at"]).total_seconds()) // 60
    subjects = {
        "motive": (row["motive_id"],),
        "place": (row["place_id"],),
        "agents": tuple(row["agents"]),
    }
    return [
        Cell(
            kind=kind,
            step=step_of(day, asked) if kind == "place" else None,
            subjects=subjects[kind],
            standing=to_fill if row["state"] == "planned" else row["state"],
            source="",
            number=1,
            minutes=length if active else 0,
        )
        for kind in ("motive", "place", "agents")
    ]


def step_of(day: date, asked: Question) -> date:
    return day.replace(day=1) if asked.step == "month" else day


def created_one(row: Any, asked: Question) -> list[Cell]:
    day = row["created_at"].astimezone(ZONE).date()
    if not asked.since <= day <= asked.to:
        return []
    return [
        Cell(
            kind="created",
            step=step_of(day, asked),
            subjects=(),
            standing="",
            source=row["source"],
            number=1,
            minutes=0,
        )
    ]


def reached(asked: Question, one: Stands) -> bool:
    within = asked.within
    by_place = within.everything or one.organisation in within.organisation_ids
    by_agent = not within.whole and bool(within.agent_ids & set(one.agents))
    return (
        (by_place or by_agent)
        and asked.service_id in {None, one.service}
        and asked.organisation_id in {None, one.organisation}
    )


def annexed(office: Office, place: UUID) -> OpeningDraft:
    """Open Bea's agenda in the annex in the afternoon of the day after tomorrow."""
    return OpeningDraft(
        resource_id=office.bea,
        place_id=place,
        motive_ids=(office.motive,),
        title="",
        first_day=today() + timedelta(days=2),
        start_time=time(14),
        end_time=time(18),
    )

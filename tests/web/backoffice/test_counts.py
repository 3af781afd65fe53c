"""Counts by days are what stands, whatever changes meanwhile (C-69)."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.listing.schemas import Within
from creneau.appointments.schemas import Booking, MoveRequest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft
from creneau.statistics import service

from tests.days import today, tomorrow
from tests.web.backoffice.cast import Office, at, book
from tests.web.backoffice.standing import ADAM, annexed, as_it_stands, question


async def test_what_is_counted_by_days_is_what_stands(
    office: Office, booked: list[Booking]
) -> None:
    asked = question()
    assert await service.statistics(asked) == await as_it_stands(asked)
    await book(office, at(today(), 23), ADAM)
    await appointments.set_state(booked[1].id, "planned", SYSTEM)
    await appointments.cancel(booked[4].id, SYSTEM)
    assert await service.statistics(asked) == await as_it_stands(asked)
    service_id = (await motives.motive(office.motive)).service_id
    for within in (
        Within(organisation_ids=frozenset({office.organisation})),
        Within(agent_ids=frozenset({office.bea, office.sam})),
        Within(agent_ids=frozenset({office.bob})),
        Within(everything=True),
    ):
        own = question(within)
        for more in ({}, {"service_id": service_id}, {"service_id": office.bob}):
            narrowed = msgspec.structs.replace(own, **more)
            assert await service.statistics(narrowed) == await as_it_stands(narrowed), narrowed


async def test_an_appointment_that_moves_leaves_its_day(
    office: Office, booked: list[Booking]
) -> None:
    await service.statistics(question())
    moved = MoveRequest(starts_at=at(today() + timedelta(days=2), 15), place_id=office.place)
    await appointments.move(booked[4].id, moved, SYSTEM)
    found = await service.statistics(question())
    assert found == await as_it_stands(question())
    by_day = {one.begins: one.counts.get("upcoming", 0) for one in found.moments}
    assert by_day[tomorrow()] == 0
    assert by_day[today() + timedelta(days=2)] == 1


async def test_a_count_that_missed_a_change_would_be_seen(booked: list[Booking]) -> None:
    # The control of the comparison above: without its mark a day stays as it was counted.
    await service.statistics(question())
    await appointments.set_state(booked[0].id, "seen", SYSTEM)
    async with tenant_transaction() as tx:
        await tx.execute("DELETE FROM appointment_change WHERE tenant_id = $1", tx.tenant_id)
    assert await service.statistics(question()) != await as_it_stands(question())


async def test_what_was_counted_without_its_service_is_counted_anew(
    booked: list[Booking],
) -> None:
    assert booked
    expected = await service.statistics(question())
    async with tenant_transaction() as tx:
        await tx.execute(
            """
            DELETE FROM appointment_count
            WHERE tenant_id = $1 AND kind IN ('within', 'created_within')
            """,
            tx.tenant_id,
        )
        await tx.execute(
            "UPDATE appointment_count SET service_id = $2, number = 7 WHERE tenant_id = $1",
            tx.tenant_id,
            UUID(int=0),
        )
    assert await service.statistics(question()) == expected
    assert await service.refresh() == 1


async def test_a_motive_takes_its_figures_to_its_new_service(
    office: Office, booked: list[Booking]
) -> None:
    assert booked
    old = (await motives.motive(office.motive)).service_id
    new = await organisations.create_service("Archives", False, SYSTEM)
    asked = question()
    assert (await service.statistics(msgspec.structs.replace(asked, service_id=old))).total == 5
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE motive SET service_id = $3 WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            office.motive,
            new,
        )
    for one, number in ((old, 0), (new, 5)):
        narrowed = msgspec.structs.replace(asked, service_id=one)
        found = await service.statistics(narrowed)
        assert found.total == number
        assert found == await as_it_stands(narrowed)


async def test_days_move_with_the_time_zone_of_the_tenant(booked: list[Booking]) -> None:
    assert booked
    await service.statistics(question())
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE appointment_counting SET time_zone = 'Pacific/Noumea' WHERE tenant_id = $1",
            tx.tenant_id,
        )
        await tx.execute("DELETE FROM appointment_count WHERE tenant_id = $1", tx.tenant_id)
    assert await service.statistics(question()) == await as_it_stands(question())


async def test_what_an_absence_and_a_closure_take_both_is_missing_once(
    office: Office,
) -> None:
    day = today() + timedelta(days=2)
    whole = (await service.statistics(question())).filling.opened
    times: dict[str, Any] = {"first_day": day, "last_day": day, "time_zone": "Europe/Paris"}
    absence = AbsenceDraft(resource_id=office.bea, start_time=time(8), end_time=time(12), **times)
    await planning.create_absence(absence, SYSTEM)
    assert (await service.statistics(question())).filling.opened == whole - 4 * 60
    closure = ClosureDraft(
        organisation_id=office.organisation, starts_at=at(day, 10), ends_at=at(day, 14)
    )
    await planning.create_closure(closure, SYSTEM)
    assert (await service.statistics(question())).filling.opened == whole - 6 * 60


async def test_a_minute_that_two_openings_of_one_agent_hold_is_open_once(office: Office) -> None:
    whole = (await service.statistics(question())).filling.opened
    again = annexed(office, office.place)
    await planning.create_opening(again, SYSTEM)
    assert (await service.statistics(question())).filling.opened == whole

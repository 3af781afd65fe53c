"""Appointments that agents set themselves, and the overlaps that they force."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import Overlaps
from creneau.appointments.rules import version_of
from creneau.appointments.schemas import PlacingRequest, SettingRequest
from creneau.context import SYSTEM, VISITOR, Actor
from creneau.database import tenant_transaction
from creneau.history.queries import of_subject
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft
from creneau.refusals import InvalidInput, NotAllowed

from tests.days import PARIS, clock_changes
from tests.platform.cast import Town
from tests.platform.planning import (
    AMINA,
    JEANNE,
    book,
    nine,
    open_for,
    slots,
    soon,
    starts,
)


def setting(town: Town, **changes: Any) -> SettingRequest:
    values: dict[str, Any] = {
        "motive_id": town.motive,
        "place_id": town.place,
        "resource_ids": [town.alice],
        "starts_at": nine(),
        "identity": AMINA,
        **changes,
    }
    return SettingRequest(**values)


async def test_a_visitor_sets_no_appointment(town: Town) -> None:
    for actor in (VISITOR, SYSTEM, Actor("person")):
        with pytest.raises(NotAllowed):
            await appointments.set_appointment(setting(town, force_reason="Je veux"), actor)


@pytest.mark.feature("C-06")
async def test_an_agent_chooses_the_duration_and_online_slots_keep_the_motives_own(
    town: Town,
) -> None:
    await open_for(town, town.alice, soon())
    request = setting(town, duration_minutes=50)
    booking = await appointments.set_appointment(request, Actor("agent", town.alice))
    assert booking.ends_at - booking.starts_at == timedelta(minutes=50)
    assert booking.state == "planned"
    free = await slots(town, soon())
    assert starts(free)[0] == nine(minute=60)
    assert free[0].ends_at - free[0].starts_at == timedelta(minutes=30)


async def test_minutes_are_minutes_on_the_nights_in_which_clocks_change(town: Town) -> None:
    agent = Actor("agent", town.alice)
    for day in clock_changes():
        before = datetime.combine(day, time(1, 30), PARIS)
        request = setting(town, starts_at=before, duration_minutes=120)
        booking = await appointments.set_appointment(request, agent)
        assert booking.ends_at - booking.starts_at == timedelta(hours=2)
        elsewhere = PlacingRequest(
            starts_at=before - timedelta(minutes=30),
            duration_minutes=180,
            place_id=town.place,
            resource_ids=(town.alice,),
            seen=version_of(booking),
        )
        moved = await appointments.put_elsewhere(booking.id, elsewhere, agent)
        assert moved.ends_at - moved.starts_at == timedelta(hours=3)


async def test_an_agent_needs_no_opening(town: Town) -> None:
    evening = nine() + timedelta(hours=10)
    booking = await appointments.set_appointment(
        setting(town, starts_at=evening), Actor("agent", town.alice)
    )
    assert booking.starts_at == evening


@pytest.mark.feature("C-27")
async def test_an_overlap_is_named_then_forced_with_a_reason_and_a_trace(town: Town) -> None:
    agent = Actor("agent", town.alice)
    await open_for(town, town.alice, soon())
    await book(town, nine(), JEANNE)
    with pytest.raises(Overlaps) as refusal:
        await appointments.set_appointment(setting(town), agent)
    assert "Carte d’identité de 9 h à 9 h 30 (Alice Martin)" in str(refusal.value)
    forced = await appointments.set_appointment(
        setting(town, force_reason="Urgence sociale"), agent
    )
    assert forced.starts_at == nine()
    async with tenant_transaction() as tx:
        told = await of_subject(tx, "appointment", forced.appointment_id)
    assert [(entry.action, entry.actor_id, entry.details["reason"]) for entry in told] == [
        ("appointment.forced", town.alice, "Urgence sociale")
    ]
    with pytest.raises(NotAllowed):
        await appointments.set_appointment(setting(town, force_reason="Moi aussi"), VISITOR)
    assert nine() not in starts(await slots(town, soon()))


async def test_forcing_one_agent_does_not_take_another_who_is_free_twice(town: Town) -> None:
    agent = Actor("agent", town.alice)
    await open_for(town, town.alice, soon())
    await book(town, nine(), JEANNE)
    both = setting(town, resource_ids=[town.alice, town.bea], force_reason="Urgence")
    forced = await appointments.set_appointment(both, agent)
    assert set(forced.resource_ids) == {town.alice, town.bea}
    with pytest.raises(Overlaps):
        await appointments.set_appointment(setting(town, resource_ids=[town.bea]), agent)


async def test_an_absence_is_named_like_an_appointment(town: Town) -> None:
    away = AbsenceDraft(
        resource_id=town.alice,
        title="Formation",
        first_day=soon(),
        start_time=time(8),
        last_day=soon(),
        end_time=time(12),
        time_zone="Europe/Paris",
    )
    await planning.create_absence(away, SYSTEM)
    with pytest.raises(Overlaps, match="Formation de 8 h à 12 h"):
        await appointments.set_appointment(setting(town), Actor("agent", town.alice))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"resource_ids": []}, "resource_ids"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": 10_000}, "duration_minutes"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_field(
    town: Town, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await appointments.set_appointment(setting(town, **changes), Actor("agent", town.alice))
    assert set(refusal.value.fields) == {field}

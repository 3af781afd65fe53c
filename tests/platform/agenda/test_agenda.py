from collections.abc import AsyncGenerator

import pytest
from creneau.agenda import service as agenda
from creneau.appointments import service as appointments
from creneau.appointments.errors import NotActive
from creneau.appointments.notes import service as notes
from creneau.appointments.rules import version_of
from creneau.appointments.schemas import Booking, HoldRequest, PlacingRequest, SettingRequest
from creneau.context import Actor, Tenant, acting_for
from creneau.people.schemas import Identity
from creneau.refusals import NotAllowed

from tests.days import today
from tests.platform.cast import new_tenant
from tests.web.backoffice.cast import Office, at, book, furnish_office


@pytest.fixture
async def tenant(database: object) -> AsyncGenerator[Tenant, None]:
    del database
    made = await new_tenant()
    with acting_for(made):
        yield made


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
async def booking(office: Office) -> Booking:
    return await book(office, at(today(), 9))


def elsewhere(office: Office, booking: Booking, hour: int = 11) -> PlacingRequest:
    return PlacingRequest(
        starts_at=at(today(), hour),
        duration_minutes=30,
        place_id=office.place,
        resource_ids=(office.bea,),
        seen=version_of(booking),
    )


async def test_an_agenda_has_what_is_cancelled_and_nothing_of_others(
    office: Office, booking: Booking
) -> None:
    await appointments.cancel(booking.id, Actor("agent", office.bea))
    bounds = (at(today(), 0), at(today(), 23))
    assert [one.id for one in (await agenda.read([office.bea], *bounds)).entries] == [booking.id]
    assert (await agenda.read([office.bob], *bounds)).entries == []


async def test_who_is_told_of_a_change_depends_on_whose_agenda_it_is(
    office: Office, booking: Booking
) -> None:
    first = await agenda.changes_lately(())
    assert (office.bea,) in [one.resource_ids for one in first]
    known = {one.id for one in first}
    assert await agenda.changes_lately(known) == []
    await appointments.set_state(booking.id, "waiting", Actor("agent", office.sam))
    (change,) = await agenda.changes_lately(known)
    assert change.resource_ids == (office.bea,)


async def test_a_move_is_told_to_everybody_as_it_may_have_left_any_agenda(
    office: Office, booking: Booking
) -> None:
    known = {one.id for one in await agenda.changes_lately(())}
    await appointments.put_elsewhere(
        booking.id, elsewhere(office, booking), Actor("agent", office.bea)
    )
    assert () in [one.resource_ids for one in await agenda.changes_lately(known)]


async def test_a_hold_changes_no_agenda(office: Office) -> None:
    known = {one.id for one in await agenda.changes_lately(())}
    wanted = HoldRequest(
        motive_id=office.motive, starts_at=at(today(), 23), owner=b"x", source="agent"
    )
    await appointments.hold(wanted, Actor("agent", office.bea))
    assert await agenda.changes_lately(known) == []


async def test_only_an_agent_puts_an_appointment_elsewhere(
    office: Office, booking: Booking
) -> None:
    with pytest.raises(NotAllowed):
        await appointments.put_elsewhere(
            booking.id, elsewhere(office, booking), Actor("person", booking.person_id)
        )


async def test_what_is_cancelled_is_not_put_elsewhere(office: Office, booking: Booking) -> None:
    actor = Actor("agent", office.bea)
    gone = await appointments.cancel(booking.id, actor)
    with pytest.raises(NotActive):
        await appointments.put_elsewhere(booking.id, elsewhere(office, gone), actor)


async def test_notes_are_kept_with_the_appointment_and_cleaned(office: Office) -> None:
    wanted = SettingRequest(
        motive_id=office.motive,
        place_id=office.place,
        resource_ids=(office.bea,),
        starts_at=at(today(), 20),
        identity=Identity(first_name="Noé", last_name="Petit"),
        notes=" Vient avec sa mère.\r\n\x07Escalier. ",
    )
    booking = await appointments.set_appointment(wanted, Actor("agent", office.bea))
    assert await notes.notes_of(booking.appointment_id) == "Vient avec sa mère.\nEscalier."

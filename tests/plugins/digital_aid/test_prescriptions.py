import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, MoveRequest
from creneau.context import SYSTEM, Tenant, acting_for, current_tenant
from creneau.contributions import Page, PageContext
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.plugins import active
from creneau.refusals import InvalidInput, Refusal
from creneau.testing.factories import (
    Town,
    first_slot,
    new_agent,
    new_booking,
    new_tenant,
    new_town,
)
from creneau.testing.switching import without
from creneau_digital_aid.schemas import PrescribedWanted
from creneau_digital_aid.service import count_prescribed, prescribed
from msgspec.structs import replace

from tests.plugins.digital_aid.cast import prescribed_booking, said


@pytest.fixture
async def instructed(acting: Tenant) -> Town:
    del acting
    return await new_town(instructions="Apportez votre formulaire rempli.")


async def drawn(page: Page, booking: Booking) -> list[dict[str, object]]:
    context = PageContext(page=page, tenant=current_tenant.get(), booking_id=booking.id)
    async with tenant_transaction() as tx:
        found = [await fragment.data(tx) for fragment in active().page_fragments(context)]
    return [dict(data) for data in found if data is not None]


async def recipients(booking: Booking) -> list[str]:
    async with tenant_transaction() as tx:
        return [
            recipient.email
            for source in active().message_recipients()
            for recipient in await source.recipients(tx, booking.id)
        ]


async def test_a_prescriber_is_kept_with_the_booking_and_shown(town: Town) -> None:
    booking = await prescribed_booking(town)
    for page in ("backoffice.appointment", "public.confirmation", "public.manage"):
        (shown,) = await drawn(page, booking)
        assert shown["phone"] == "01 23 45 67 89"
        kept = msgspec.to_builtins(shown["prescription"])
        assert kept["name"] == "Paula Roche"
        assert kept["structure"] == "Mission locale"
        assert kept["email"] == "paula.roche@exemple.fr"
        assert kept["phone"] == "+33123456789"


async def test_a_learner_s_own_booking_shows_and_tells_no_prescriber(town: Town) -> None:
    booking = await new_booking(town)
    assert await drawn("backoffice.appointment", booking) == []
    assert await recipients(booking) == []


async def test_the_prescriber_gets_the_messages_in_the_language_of_the_booking(town: Town) -> None:
    with acting_for(current_tenant.get(), "en"):
        booking = await prescribed_booking(town)
    assert await recipients(booking) == ["paula.roche@exemple.fr"]
    async with tenant_transaction() as tx:
        (source,) = active().message_recipients()
        (recipient,) = await source.recipients(tx, booking.id)
    assert (recipient.locale, recipient.name) == ("en", "Paula Roche")


async def test_a_wrong_prescriber_is_refused_and_nothing_is_booked(town: Town) -> None:
    before = await first_slot(town)
    with pytest.raises(InvalidInput) as refusal:
        await prescribed_booking(town, values=said(email="paula"))
    assert set(refusal.value.fields) == {"digital_aid_email"}
    assert await first_slot(town) == before


@pytest.mark.feature("D-04")
async def test_a_prescriber_says_that_the_learner_knows_the_instructions(
    instructed: Town,
) -> None:
    with pytest.raises(Refusal) as refusal:
        await prescribed_booking(instructed, instructions_accepted=False)
    assert refusal.value.code == "instructions_not_accepted"
    booking = await prescribed_booking(instructed)
    assert booking.accepted_instructions == "Apportez votre formulaire rempli."


@pytest.mark.feature("D-04")
async def test_a_learner_is_asked_by_the_core_s_own_rule(instructed: Town) -> None:
    with pytest.raises(Refusal) as refusal:
        await prescribed_booking(instructed, values={}, instructions_accepted=False)
    assert refusal.value.code == "instructions_not_accepted"
    assert (await prescribed_booking(instructed, values={})).state == "planned"


async def test_where_the_plugin_is_off_nothing_of_it_binds_or_shows(
    instructed: Town, acting: Tenant
) -> None:
    booking = await prescribed_booking(instructed)
    with acting_for(without(acting, "digital_aid")):
        assert await drawn("backoffice.appointment", booking) == []
        assert await recipients(booking) == []
        assert active().booking_fields() == []
        assert "/agents/digital-aid/prescripteurs" not in {i.href for i in active().nav_items()}
        assert active().words()["organisation"] == "organisation"
        unbound = await prescribed_booking(instructed, values=said(email=""))
    assert await drawn("backoffice.appointment", unbound) == []


async def test_export_names_the_prescriber_and_erasure_forgets_them(
    town: Town, acting: Tenant
) -> None:
    booking = await prescribed_booking(town)
    assert booking.person_id is not None
    # Also where it was switched off meanwhile: the data are still the person's.
    with acting_for(without(acting, "digital_aid")):
        exported = await people.export(booking.person_id)
        assert exported["prescriptions"][0]["name"] == "Paula Roche"
        await appointments.cancel(booking.id, SYSTEM)
        await people.erase(booking.person_id, SYSTEM)
    assert await drawn("backoffice.appointment", booking) == []


async def test_an_agent_lists_the_prescribed_bookings_of_the_agendas_within_reach(
    town: Town,
) -> None:
    booking = await prescribed_booking(town)
    await new_booking(town)
    (line,) = await prescribed(PrescribedWanted(agent_id=town.alice_id), 50)
    assert line.booking_id == booking.id
    assert (line.learner, line.name, line.motive_name) == (
        "Zoé Petit",
        "Paula Roche",
        "Carte d’identité",
    )
    assert line.local_start.utcoffset() is not None
    assert line.standing == "upcoming"
    assert msgspec.structs.replace(line, over=True).standing == "to_fill"
    assert msgspec.structs.replace(line, over=True, state="seen").standing == "seen"


async def test_an_agent_of_another_service_sees_none_of_them(town: Town) -> None:
    await prescribed_booking(town)
    other = await organisations.create_service("PMI", False, SYSTEM)
    bob = await new_agent("Bob", town.organisation_id, other)
    assert await prescribed(PrescribedWanted(agent_id=bob), 50) == []


async def test_an_administrator_and_a_secretary_see_all_of_the_organisation(town: Town) -> None:
    await prescribed_booking(town)
    other = await organisations.create_service("PMI", False, SYSTEM)
    for role in ("administrator", "secretary"):
        carole = await new_agent("Carole", town.organisation_id, other, role)
        assert len(await prescribed(PrescribedWanted(agent_id=carole), 50)) == 1


async def test_another_tenant_s_agent_sees_none_of_them(town: Town) -> None:
    await prescribed_booking(town)
    with acting_for(await new_tenant("digital_aid")):
        charlie = (await new_town()).alice_id
        assert await prescribed(PrescribedWanted(agent_id=charlie), 50) == []
        assert await prescribed(PrescribedWanted(agent_id=town.alice_id), 50) == []


async def test_a_booking_that_moved_away_or_was_cancelled_stays_on_the_list(town: Town) -> None:
    booking = await prescribed_booking(town)
    slot = await first_slot(town)
    await appointments.move(booking.id, MoveRequest(starts_at=slot.starts_at), SYSTEM)
    (line,) = await prescribed(PrescribedWanted(agent_id=town.alice_id), 50)
    assert line.starts_at == slot.starts_at
    await appointments.cancel(booking.id, SYSTEM)
    (line,) = await prescribed(PrescribedWanted(agent_id=town.alice_id), 50)
    assert line.state == "cancelled"


async def test_the_list_comes_in_pages_as_it_is_asked_for(town: Town) -> None:
    for _ in range(3):
        await prescribed_booking(town)
    wanted = PrescribedWanted(agent_id=town.alice_id)
    first, second = await prescribed(wanted, 2), await prescribed(wanted, 2, 2)
    assert (len(first), len(second)) == (2, 1)
    assert await count_prescribed(wanted) == 3
    starts = [line.starts_at for line in (*first, *second)]
    assert starts == sorted(starts, reverse=True)
    narrowed = PrescribedWanted(
        agent_id=town.alice_id, since=starts[1], to=starts[0], words=["mission"], descending=False
    )
    assert [line.starts_at for line in await prescribed(narrowed, 5)] == [starts[1]]
    for nothing in ({"words": ["personne"]}, {"standing": "seen"}):
        assert await count_prescribed(replace(wanted, **nothing)) == 0

"""A motive is changed and archived; what is booked already is shown first (C-05, C-14)."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.history.queries import of_subject
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.planning import service as planning
from creneau.planning.errors import TouchesBookings
from creneau.planning.schemas import ArchiveMotive, Decision, EditMotive
from creneau.questions import service as questions
from creneau.questions.schemas import QuestionDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound

from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.planning import book, nine, open_for, soon


async def change_of(motive_id: UUID, **changes: Any) -> EditMotive:
    """Make the change that a form makes, from the motive as it is now."""
    motive = await motives.motive(motive_id)
    values = {name: getattr(motive, name) for name in MotiveDraft.__struct_fields__}
    return EditMotive(motive_id, MotiveDraft(**{**values, **changes}), motive.version)


async def edit(motive_id: UUID, **changes: Any) -> None:
    await planning.save(await change_of(motive_id, **changes), SYSTEM)


async def test_a_change_is_written_and_says_which_fields(town: Town) -> None:
    by = Actor("agent", town.alice)
    change = await change_of(town.motive, name="Passeport", step_minutes=15, capacity=1)
    await planning.save(change, by)
    changed = await motives.motive(town.motive)
    assert (changed.name, changed.step_minutes) == ("Passeport", 15)
    async with tenant_transaction() as tx:
        last = (await of_subject(tx, "motive", town.motive))[-1]
    assert (last.action, last.details) == (
        "motive.updated",
        {"changed": ["name", "step_minutes"]},
    )


async def test_what_cannot_be_is_refused_with_a_sentence(town: Town) -> None:
    await new_motive(town.organisation, town.citizenship, name="Passeport")
    for changes, field in (
        ({"name": "Passeport"}, "name"),
        ({"secretariat": True, "location_type": "home"}, "secretariat"),
        ({"maximum_notice_minutes": 10, "minimum_notice_minutes": 20}, "maximum_notice_minutes"),
        ({"service_id": town.organisation}, "service_id"),
    ):
        with pytest.raises(InvalidInput) as refused:
            await edit(town.motive, **changes)
        assert set(refused.value.fields) == {field}


async def test_two_who_save_the_same_form_do_not_overwrite_each_other(town: Town) -> None:
    first = await change_of(town.motive, name="Passeport")
    second = await change_of(town.motive, description="Pour voyager.")
    await planning.save(first, SYSTEM)
    with pytest.raises(ChangedMeanwhile):
        await planning.save(second, SYSTEM)
    assert (await motives.motive(town.motive)).description == ""


@pytest.mark.parametrize(
    ("changes", "touches"),
    [
        ({"name": "Passeport", "maximum_active_per_person": 1}, False),
        ({"buffer_after_minutes": 5}, True),
        ({"buffer_before_minutes": 5}, True),
        ({"duration_minutes": 45}, True),
        ({"capacity": 8}, True),
        ({"location_type": "phone"}, True),
        ({"requires": {"room": 1}}, True),
    ],
)
async def test_a_change_shows_the_booked_appointments_that_it_concerns(
    town: Town, changes: dict[str, Any], touches: bool
) -> None:
    await open_for(town, town.alice, soon())
    booked = await book(town, nine())
    impact = await planning.impact_of(await change_of(town.motive, **changes))
    assert impact.booking_ids == (frozenset({booked.id}) if touches else frozenset())
    assert (await motives.motive(town.motive)).name == "Carte d’identité"


async def test_a_buffer_that_was_there_already_concerns_nobody(town: Town) -> None:
    await edit(town.motive, buffer_after_minutes=10)
    await open_for(town, town.alice, soon())
    await book(town, nine())
    for after in (5, 10):
        change = await change_of(town.motive, buffer_after_minutes=after)
        assert (await planning.impact_of(change)).bookings == ()


async def test_without_a_choice_nothing_is_saved_and_with_one_it_is_done(town: Town) -> None:
    await open_for(town, town.alice, soon())
    booked = await book(town, nine())
    change = await change_of(town.motive, duration_minutes=45)
    with pytest.raises(TouchesBookings):
        await planning.save(change, SYSTEM)
    assert (await motives.motive(town.motive)).duration_minutes == 30
    await planning.save(change, SYSTEM, Decision("keep", {booked.id}))
    kept = await appointments.get(booked.id)
    assert (kept.state, kept.ends_at - kept.starts_at) == (
        "planned",
        booked.ends_at - booked.starts_at,
    )
    phone = await change_of(town.motive, location_type="phone")
    await planning.save(phone, SYSTEM, Decision("to_reschedule", {booked.id}))
    assert (await appointments.get(booked.id)).state == "to_reschedule"


async def test_an_archived_motive_says_what_goes_on_with_it_and_can_come_back(town: Town) -> None:
    await open_for(town, town.alice, soon())
    await questions.ask(town.motive, QuestionDraft(label="Pourquoi ?"), SYSTEM)
    use = await motives.use_of(town.motive)
    assert (use.openings, use.waiting, use.questions) == (1, 0, 1)
    await planning.save(ArchiveMotive(town.motive), SYSTEM)
    assert await motives.motives() == []
    with pytest.raises(NotFound):
        await edit(town.motive, name="Passeport")
    listed = {one.id: one for one in await motives.listed()}[town.motive]
    assert (listed.openings, listed.service_name) == (1, "Citoyenneté")
    assert listed.archived_at is not None
    await motives.restore_motive(town.motive, SYSTEM)
    assert [one.id for one in await motives.motives()] == [town.motive]
    with pytest.raises(NotFound):
        await motives.restore_motive(town.motive, SYSTEM)


async def test_a_copy_asks_what_the_first_asks(town: Town) -> None:
    await questions.ask(town.motive, QuestionDraft(label="Pourquoi ?", required=True), SYSTEM)
    draft = (await change_of(town.motive, name="Passeport")).draft
    copy = await motives.create_motive(draft, SYSTEM, like=town.motive)
    assert [(one.label, one.required) for one in await questions.asked(copy)] == [
        ("Pourquoi ?", True)
    ]


async def test_nobody_changes_another_tenants_motive(town: Town, stranger: Stranger) -> None:
    change = await change_of(town.motive, name="Passeport")
    with acting_for(stranger.tenant):
        for attempt in (change, msgspec.structs.replace(change), ArchiveMotive(town.motive)):
            with pytest.raises(NotFound):
                await planning.save(attempt, SYSTEM)
        assert town.motive not in {one.id for one in await motives.listed()}

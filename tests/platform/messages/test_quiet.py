"""An appointment that an agent moves without telling the person: nobody but agents is written to."""

from datetime import timedelta

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.rules import version_of
from creneau.appointments.schemas import PlacingRequest
from creneau.context import Actor

from tests.platform.cast import Town
from tests.platform.messages.post import ALICE, Postman, PostOffice, book
from tests.platform.messages.test_jobs import BOB, active_bob

__all__ = ["active_bob"]


@pytest.mark.parametrize(("notify", "told"), [(True, [ALICE.email, BOB]), (False, [BOB])])
async def test_a_person_is_told_of_a_move_only_where_the_agent_asks_for_it(
    active_bob: Town, post_office: PostOffice, postman: Postman, notify: bool, told: list[str]
) -> None:
    booking = await book(active_bob.motive)
    await postman.walk()
    post_office.letters.clear()
    elsewhere = PlacingRequest(
        starts_at=booking.starts_at + timedelta(hours=5),
        duration_minutes=30,
        place_id=active_bob.place,
        resource_ids=(active_bob.bob,),
        seen=version_of(booking),
        notify=notify,
    )
    await appointments.put_elsewhere(booking.id, elsewhere, Actor("agent", active_bob.alice))
    await postman.walk()
    assert post_office.addressees == told

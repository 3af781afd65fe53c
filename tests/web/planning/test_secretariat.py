"""What a secretariat may receive for: what is open to it, and never at somebody's home (S-04)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest
from creneau.availability.schemas import SlotQuery
from creneau.availability.service import find_slots
from creneau.context import VISITOR
from creneau.motives import service as motives
from creneau.refusals import InvalidInput

from tests.platform.cast import new_motive
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import retyped, shown_after
from tests.web.backoffice.cast import ZOE, Office, at
from tests.web.planning.cast import NEW, mornings, next_monday


async def service_of(office: Office) -> UUID:
    return (await motives.motive(office.motive)).service_id


async def motive_for_all(office: Office, **changes: Any) -> UUID:
    values = {"name": "Dossier à compléter", "secretariat": True, **changes}
    return await new_motive(office.organisation, await service_of(office), **values)


@pytest.mark.feature("S-04")
async def test_a_secretariat_receives_for_what_is_open_to_it_and_nothing_else(
    entered: Entered, office: Office
) -> None:
    shared = await motive_for_all(office)
    sam = await entered("Sam")
    form = (await sam.get(f"{NEW}?agent={office.sam}")).text
    assert f'value="{shared}"' in form
    assert f'value="{office.motive}"' not in form
    typed = mornings(office, agent=str(office.sam))
    refused = await sam.submit(NEW, {**typed, "motives": [str(office.motive)]})
    assert refused.status_code == 422
    await shown_after(sam, await retyped(sam, NEW, {**typed, "motives": [str(shared)]}))
    monday = next_monday()
    query = SlotQuery(
        motive_id=shared,
        starts_from=at(monday, 0),
        starts_before=at(monday + timedelta(days=1), 0),
    )
    found = await find_slots(query)
    assert {one for slot in found for one in slot.resource_ids} == {office.sam}
    wanted = HoldRequest(motive_id=shared, starts_at=found[0].starts_at, place_id=office.place)
    booked = await appointments.book(wanted, ConfirmRequest(identity=ZOE), VISITOR)
    assert booked.resource_ids == (office.sam,)


async def test_an_agent_of_another_service_does_not(entered: Entered, office: Office) -> None:
    shared = await motive_for_all(office)
    alice = await entered("Alice")
    form = (await alice.get(f"{NEW}?agent={office.bob}")).text
    assert f'value="{shared}"' not in form
    assert f'value="{shared}"' in (await alice.get(f"{NEW}?agent={office.bea}")).text


@pytest.mark.feature("S-04")
async def test_a_visit_at_home_is_never_given_to_it(entered: Entered, office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        await motive_for_all(office, location_type="home")
    assert "secretariat" in refused.value.fields
    at_home = await motive_for_all(office, location_type="home", secretariat=False)
    sam = await entered("Sam")
    assert f'value="{at_home}"' not in (await sam.get(f"{NEW}?agent={office.sam}")).text
    alice = await entered("Alice")
    page = (await alice.get(f"/administration/motifs/{at_home}")).text
    assert 'name="secretariat" value="yes" disabled' in page
    assert "Impossible à domicile" in page

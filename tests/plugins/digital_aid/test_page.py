"""The page "Prescripteurs", as agents and strangers find it."""

from collections.abc import AsyncGenerator

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.context import VISITOR, Tenant, acting_for
from creneau.people.schemas import Identity
from creneau_tenants.service import switch_plugin

from tests.days import tomorrow
from tests.plugins.digital_aid.cast import PAULA
from tests.web.backoffice.cast import Office, at
from tests.web.backoffice.conftest import SignedIn, office, signed_in
from tests.web.stage import Application, Clients, new_tenant

__all__ = ["office", "signed_in"]

LIST = "/agents/digital-aid/prescripteurs"


@pytest.fixture
async def tenant(app: Application) -> AsyncGenerator[Tenant, None]:
    """Give a tenant with an address, and work for it."""
    del app
    made = await new_tenant(frozenset({"digital_aid"}))
    with acting_for(made):
        yield made


@pytest.fixture
async def prescribed(office: Office) -> Booking:
    """Let Paula have booked with Bea for Zoé, tomorrow at ten."""
    hold = HoldRequest(motive_id=office.motive, starts_at=at(tomorrow(), 10), owner=b"paula")
    zoe = Identity(first_name="Zoé", last_name="Petit")
    request = ConfirmRequest(identity=zoe, instructions_accepted=True, values=PAULA)
    return await appointments.book(hold, request, VISITOR)


async def test_a_stranger_is_led_to_the_sign_in(client: Clients, tenant: Tenant) -> None:
    answer = await client(tenant).get(LIST)
    assert answer.status_code in {302, 303, 404}
    assert "Paula" not in answer.text


async def test_an_agent_reads_who_booked_for_whom(signed_in: SignedIn, prescribed: Booking) -> None:
    bea = await signed_in("Bea")
    page = (await bea.get(LIST)).text
    for shown in ("Zoé Petit", "Paula Roche", "Mission locale", "01 23 45 67 89", "10 h"):
        assert shown in page
    assert f"/agents/rendez-vous/{prescribed.id}" in page
    assert 'aria-current="page"' in page


async def test_an_agent_of_another_service_reads_of_nobody(
    signed_in: SignedIn, prescribed: Booking
) -> None:
    del prescribed
    bob = await signed_in("Bob")
    answer = await bob.get(LIST)
    assert answer.status_code == 200
    assert "Paula Roche" not in answer.text
    assert "Aucun prescripteur" in answer.text


@pytest.mark.parametrize("number", ["0", "2", "x", "99999999999999999999"])
async def test_a_page_that_is_not_there_is_the_nearest_one(
    signed_in: SignedIn, prescribed: Booking, number: str
) -> None:
    bea = await signed_in("Bea")
    page = await bea.get(LIST, params={"page": number})
    assert f"/agents/rendez-vous/{prescribed.id}" in page.text


async def test_the_page_speaks_english_too(signed_in: SignedIn, prescribed: Booking) -> None:
    del prescribed
    bea = await signed_in("Bea")
    page = (await bea.get(LIST, params={"lang": "en"})).text
    assert "Appointments booked by prescribers" in page
    assert "Prescripteur" not in page


async def test_the_list_leaves_as_a_file_with_formulas_as_texts(
    office: Office, signed_in: SignedIn
) -> None:
    hold = HoldRequest(motive_id=office.motive, starts_at=at(tomorrow(), 12), owner=b"paula")
    values = {**PAULA, "digital_aid_structure": "=1+1"}
    request = ConfirmRequest(
        identity=Identity(first_name="Zoé", last_name="Petit"),
        instructions_accepted=True,
        values=values,
    )
    await appointments.book(hold, request, VISITOR)
    bea = await signed_in("Bea")
    taken = await bea.submit(f"{LIST}/export", {"format": "csv"})
    assert "Paula Roche;'=1+1;" in taken.text
    bob = await signed_in("Bob")
    assert "Paula" not in (await bob.submit(f"{LIST}/export", {"format": "csv"})).text


async def test_what_a_prescriber_typed_is_shown_as_typed(
    office: Office, signed_in: SignedIn
) -> None:
    hold = HoldRequest(motive_id=office.motive, starts_at=at(tomorrow(), 11), owner=b"paula")
    values = {**PAULA, "digital_aid_name": "<b>Paula</b> {{7*7}}"}
    zoe = Identity(first_name="Zoé", last_name="Petit")
    request = ConfirmRequest(identity=zoe, instructions_accepted=True, values=values)
    booking = await appointments.book(hold, request, VISITOR)
    bea = await signed_in("Bea")
    for path in (LIST, f"/agents/rendez-vous/{booking.id}"):
        page = (await bea.get(path)).text
        assert "&lt;b&gt;Paula&lt;/b&gt; {{7*7}}" in page


async def test_the_appointment_s_page_says_who_prescribed(
    signed_in: SignedIn, prescribed: Booking
) -> None:
    bea = await signed_in("Bea")
    page = (await bea.get(f"/agents/rendez-vous/{prescribed.id}")).text
    assert "Réservé par un prescripteur" in page
    assert "paula.roche@exemple.fr" in page


async def test_switched_off_the_page_and_its_entry_are_gone_and_the_data_stay(
    tenant: Tenant, signed_in: SignedIn, prescribed: Booking
) -> None:
    bea = await signed_in("Bea")
    await switch_plugin(tenant.id, "digital_aid", False)
    assert (await bea.get(LIST)).status_code == 404
    page = (await bea.get(f"/agents/rendez-vous/{prescribed.id}")).text
    assert "Prescripteurs" not in page
    assert "Paula" not in page
    await switch_plugin(tenant.id, "digital_aid", True)
    assert "Paula Roche" in (await bea.get(LIST)).text

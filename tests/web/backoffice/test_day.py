from datetime import timedelta
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import HoldRequest
from creneau.context import VISITOR, Actor, acting_for
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.web.backoffice.cast import ZOE, Office, at, book, furnish_office, sign_in
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients, new_tenant


async def test_anybody_else_is_asked_to_sign_in_and_led_back(
    client: Clients, office: Office
) -> None:
    answer = await client(office.tenant).get("/agents?jour=2026-11-24")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/agents/connexion?next=/agents%3Fjour%3D2026-11-24"


async def test_an_agent_sees_the_appointments_of_the_day(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(tomorrow(), 9, 30))
    bea = await signed_in("Bea")
    page = (await bea.get(f"/agents?jour={tomorrow().isoformat()}")).text
    assert "9 h 30" in page
    assert "Zoé Petit" in page
    assert "Carte d’identité · Place de la mairie" in page
    assert "#0B6E69" in page
    assert "À venir" in page
    assert f"/agents/rendez-vous/{booking.id}" in page
    assert "1 rendez-vous" in page


async def test_a_day_leads_to_its_neighbours_and_back_to_today(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    page = (await bea.get("/agents?jour=2026-12-31")).text
    assert "jeudi 31 décembre 2026" in page
    assert "/agents?jour=2026-12-30" in page
    assert "/agents?jour=2027-01-01" in page
    assert 'value="2026-12-31"' in page


async def test_an_empty_day_says_so_in_a_sentence(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    assert "Aucun rendez-vous aujourd’hui." in (await bea.get("/agents")).text
    assert "Aucun rendez-vous ce jour-là." in (await bea.get("/agents?jour=2031-01-06")).text


@pytest.mark.parametrize("jour", ["", "demain", "2026-02-30", "9999-12-31", "0001-01-01"])
async def test_a_day_that_is_none_shows_today(signed_in: SignedIn, jour: str) -> None:
    bea = await signed_in("Bea")
    answer = await bea.get("/agents", params={"jour": jour})
    assert answer.status_code == 200
    assert "Aucun rendez-vous aujourd’hui." in answer.text


async def test_what_waits_stands_first_and_leads_to_its_list(
    office: Office, signed_in: SignedIn
) -> None:
    past = await book(office, at(today() - timedelta(days=1), 10))
    arrived = await book(office, at(today(), 23), replace(ZOE, first_name="Noé"))
    await appointments.set_state(arrived.id, "waiting", Actor("agent", office.bea))
    bea = await signed_in("Bea")
    page = (await bea.get("/agents")).text
    assert page.index("/agents/a-renseigner") < page.index('class="agenda"')
    to_fill = (await bea.get("/agents/a-renseigner")).text
    assert "Zoé Petit" in to_fill
    assert str(past.id) in to_fill
    assert "Noé" not in to_fill
    waiting = (await bea.get("/agents/salle-d-attente")).text
    assert "Noé Petit" in waiting
    assert "Zoé" not in waiting


async def test_what_was_cancelled_stands_apart(office: Office, signed_in: SignedIn) -> None:
    booking = await book(office, at(tomorrow(), 9))
    await appointments.cancel(booking.id, Actor("agent", office.bea))
    page = (await (await signed_in("Bea")).get(f"/agents?jour={tomorrow()}")).text
    assert "Aucun rendez-vous ce jour-là." in page
    assert page.index("Annulés et excusés") < page.index("Zoé Petit")


async def test_what_a_visitor_only_holds_is_on_no_agenda(
    office: Office, signed_in: SignedIn
) -> None:
    held = await appointments.hold(
        HoldRequest(motive_id=office.motive, starts_at=at(tomorrow(), 9), owner=b"x"), VISITOR
    )
    bea = await signed_in("Bea")
    assert "Aucun rendez-vous" in (await bea.get(f"/agents?jour={tomorrow()}")).text
    assert (await bea.get(f"/agents/rendez-vous/{held.id}")).status_code == 404


@pytest.mark.parametrize("name", ["Alice", "Sam"])
async def test_the_same_service_and_the_secretariat_reach_an_agenda(
    office: Office, signed_in: SignedIn, name: str
) -> None:
    await book(office, at(tomorrow(), 9))
    somebody = await signed_in(name)
    assert f'<option value="{office.bea}"' in (await somebody.get("/agents")).text
    page = (await somebody.get(f"/agents?jour={tomorrow()}&agent={office.bea}")).text
    assert "Zoé Petit" in page
    assert "Agenda de Bea Martin" in page


async def test_who_has_nothing_that_day_is_led_to_the_colleagues_who_have(
    office: Office, signed_in: SignedIn
) -> None:
    await book(office, at(tomorrow(), 9))
    sam = await signed_in("Sam")
    page = (await sam.get(f"/agents?jour={tomorrow()}")).text
    assert "Agendas de vos collègues ce jour-là" in page
    assert f'href="/agents?jour={tomorrow()}&amp;agent={office.bea}"' in page
    assert f"agent={office.alice}" not in page
    bob = await signed_in("Bob")
    assert "Agendas de vos collègues" not in (await bob.get(f"/agents?jour={tomorrow()}")).text


async def test_a_colleague_of_another_service_does_not_reach_it(
    office: Office, signed_in: SignedIn
) -> None:
    bob = await signed_in("Bob")
    assert str(office.bea) not in (await bob.get("/agents")).text
    for path in ("/agents", "/agents/a-renseigner", "/agents/salle-d-attente"):
        assert (await bob.get(f"{path}?agent={office.bea}")).status_code == 403


async def test_an_agent_of_elsewhere_does_not_exist(signed_in: SignedIn) -> None:
    elsewhere = await new_tenant()
    with acting_for(elsewhere):
        theirs = await furnish_office(elsewhere)
    bea = await signed_in("Bea")
    for agent in (theirs.bea, uuid4(), "personne"):
        assert (await bea.get(f"/agents?agent={agent}")).status_code == 404


async def test_the_day_speaks_english(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    page = (await bea.get("/agents?lang=en&jour=2026-11-24", follow_redirects=True)).text
    assert "Tuesday 24 November 2026" in page
    assert "Your calendar" in page
    assert "outcome missing" in page


async def test_the_words_are_those_of_the_vertical(client: Clients) -> None:
    tenant = await new_tenant(frozenset({"digital_aid"}))
    with acting_for(tenant):
        office = await furnish_office(tenant)
        booking = await book(office, at(tomorrow(), 9))
    bea = await sign_in(client(tenant), "Bea")
    assert "Apprenant" in (await bea.get(f"/agents/rendez-vous/{booking.id}")).text

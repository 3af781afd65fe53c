"""The search for persons that stands in the top bar of every page (C-67)."""

import re

from creneau.context import SYSTEM, Tenant, acting_for
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from msgspec.structs import replace
from structlog.testing import capture_logs

from tests.days import today
from tests.platform.cast import PASSWORD, new_agent
from tests.web.backoffice.cast import ZOE, Office, at, book, furnish_office, sign_in
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients

WAY = "/personnes/suggestions?q="


async def test_a_stranger_is_asked_to_sign_in(client: Clients, tenant: Tenant) -> None:
    answer = await client(tenant).get(f"{WAY}zoe")
    assert answer.status_code == 303
    assert "/agents/connexion" in answer.headers["location"]


async def test_it_stands_on_the_pages_of_work_and_of_settings(signed_in: SignedIn) -> None:
    alice = await signed_in("Alice")
    for way in ("/agents", "/agenda", "/creneaux", "/plages", "/statistiques", "/administration"):
        page = (await alice.get(way)).text
        assert 'action="/personnes"' in page, way
        assert 'name="q"' in page, way
    assert 'name="recherche"' in page


async def test_the_list_of_persons_is_its_own_search(signed_in: SignedIn) -> None:
    page = (await (await signed_in("Bea")).get("/personnes")).text
    assert page.count('name="q"') == 1


async def test_it_offers_files_and_tells_homonyms_apart(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(today(), 22))
    answer = await (await signed_in("Bob")).get(f"{WAY}petit+zo")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'href="/personnes/{booking.person_id}"' in answer.text
    assert "Zoé Petit" in answer.text
    assert "06 01 02 03 04" in answer.text
    assert "1 personne proposée" in answer.text


async def test_more_than_it_shows_is_a_way_to_all(office: Office, signed_in: SignedIn) -> None:
    for number in range(9):
        who = replace(ZOE, first_name=f"Zoé-{'abcdefghi'[number]}", email="")
        await book(office, at(today(), 8 + number), who)
    page = (await (await signed_in("Bea")).get(f"{WAY}petit")).text
    assert len(re.findall('href="/personnes/', page)) == 8
    assert 'href="/personnes?q=petit"' in page


async def test_a_colleague_of_another_organisation_finds_nobody_of_this_one(
    office: Office, client: Clients
) -> None:
    await book(office, at(today(), 22))
    elsewhere = await organisations.create_organisation(
        OrganisationDraft(name="Mairie annexe"), SYSTEM
    )
    service = await organisations.create_service("Logement", False, SYSTEM)
    await new_agent("Chloe", elsewhere, service, "administrator", password=PASSWORD)
    chloe = await sign_in(client(office.tenant), "Chloe")
    answer = await chloe.get(f"{WAY}zoe")
    assert "Personne ne correspond" in answer.text
    assert "Petit" not in answer.text


async def test_another_space_finds_nobody(
    office: Office, client: Clients, other_tenant: Tenant
) -> None:
    await book(office, at(today(), 22))
    with acting_for(other_tenant):
        await furnish_office(other_tenant)
        alice = await sign_in(client(other_tenant), "Alice")
    assert "Petit" not in (await alice.get(f"{WAY}petit")).text


async def test_nothing_typed_offers_nothing_and_what_is_typed_is_text(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    assert (await bea.get(WAY)).text.strip() == ""
    assert "<script>" not in (await bea.get(f"{WAY}<script>alert(1)</script>")).text


async def test_no_log_holds_what_was_typed(office: Office, signed_in: SignedIn) -> None:
    await book(office, at(today(), 22))
    bea = await signed_in("Bea")
    with capture_logs() as lines:
        await bea.get(f"{WAY}petit")
        await bea.get("/personnes?q=petit")
    assert lines
    assert "petit" not in str(lines).lower()

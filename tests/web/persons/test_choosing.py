"""A form finds a person while somebody types (C-62, C-67)."""

from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft

from tests.days import today
from tests.platform.cast import PASSWORD, new_agent
from tests.web.backoffice.cast import Office, at, book, furnish_office, sign_in
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients


async def test_a_stranger_is_asked_to_sign_in(client: Clients, tenant: Tenant) -> None:
    answer = await client(tenant).get("/personnes/recherche?q=zoe")
    assert answer.status_code == 303
    assert "/agents/connexion" in answer.headers["location"]


async def test_an_agent_of_any_service_chooses_among_those_who_come_to_the_organisation(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(today(), 22))
    for name in ("Bea", "Bob", "Sam", "Alice"):
        answer = await (await signed_in(name)).get("/personnes/recherche?q=petit+zo&champ=usager")
        assert answer.status_code == 200
        assert f'name="usager" value="{booking.person_id}"' in answer.text
        assert "06 01 02 03 04" in answer.text
        assert "<html" not in answer.text


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
    answer = await chloe.get("/personnes/recherche?q=zoe")
    assert "Personne ne correspond" in answer.text
    assert "Petit" not in answer.text


async def test_an_agent_without_the_right_is_refused(office: Office, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    async with tenant_transaction(office.tenant.id) as tx:
        await tx.execute(
            "INSERT INTO role (tenant_id, code, name, permissions) "
            "VALUES ($1, 'own_reader', 'Lecture', '{service:appointment:read}')",
            office.tenant.id,
        )
        await tx.execute(
            "UPDATE membership SET role_id = (SELECT id FROM role WHERE code = 'own_reader')"
            " WHERE agent_id = $1",
            office.bea,
        )
    assert (await bea.get("/personnes/recherche?q=zoe")).status_code == 403


async def test_what_is_typed_comes_back_as_text_and_the_field_is_a_plain_name(
    signed_in: SignedIn,
) -> None:
    bea = await signed_in("Bea")
    answer = await bea.get("/personnes/recherche?q=<script>&champ=x%22onclick")
    assert "<script>" not in answer.text
    assert "onclick" not in answer.text


async def test_another_tenants_persons_are_not_found(
    office: Office, other_tenant: Tenant, client: Clients
) -> None:
    await book(office, at(today(), 22))
    with acting_for(other_tenant):
        await furnish_office(other_tenant)
        alice = await sign_in(client(other_tenant), "Alice")
    assert "Petit" not in (await alice.get("/personnes/recherche?q=petit")).text

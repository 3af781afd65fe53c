"""All invitations: who sees which, and in which state (S-11, C-04, C-68)."""

from datetime import timedelta
from uuid import UUID

from creneau.context import SYSTEM, Actor, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.invitations import service as invitations
from creneau.invitations.rules import state_of
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau_infra import clock

from tests.platform.cast import PASSWORD, new_agent
from tests.web.backoffice.cast import furnish_office, sign_in
from tests.web.backoffice.conftest import SignedIn
from tests.web.invitations.cast import Invited, a_file, book, link
from tests.web.public.citizen import words
from tests.web.stage import Clients, Visitor

LIST = "/personnes/invitations"
STATES = {
    "Fatou": "sent",
    "Ines": "opened",
    "Noor": "booked",
    "Lea": "revoked",
    "Rosa": "expired",
}


async def leaving(agent: Visitor) -> str:
    """Give the list as the file that leaves with it."""
    answer = await agent.submit(f"{LIST}/export", {"format": "csv"})
    assert answer.status_code == 200, answer.text
    return answer.content.decode("utf-8-sig")


async def test_strangers_sign_in_and_other_tenants_and_organisations_see_none(
    invited: Invited, client: Clients, other_tenant: Tenant
) -> None:
    await link(invited, await a_file(invited.office))
    anonymous = await client(invited.office.tenant).get(LIST)
    assert "/agents/connexion" in anonymous.headers["location"]
    annex = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    service = await organisations.create_service("Logement", False, SYSTEM)
    await new_agent("Chloe", annex, service, "administrator", password=PASSWORD)
    chloe = await sign_in(client(invited.office.tenant), "Chloe")
    with acting_for(other_tenant):
        await furnish_office(other_tenant)
        stranger = await sign_in(client(other_tenant), "Alice")
    for agent in (chloe, stranger):
        assert "Diallo" not in words(await agent.get(LIST))
        assert "Diallo" not in await leaving(agent)


async def test_colleagues_of_the_service_see_it_and_those_of_another_do_not(
    invited: Invited, signed_in: SignedIn
) -> None:
    await link(invited, await a_file(invited.office))
    for name, seen in (("Alice", True), ("Bea", True), ("Sam", True), ("Bob", False)):
        agent = await signed_in(name)
        assert ("Diallo" in words(await agent.get(LIST))) == seen, name
        assert ("Diallo" in await leaving(agent)) == seen, name


async def test_an_erased_person_leaves_the_list(invited: Invited, signed_in: SignedIn) -> None:
    amina = await a_file(invited.office)
    await link(invited, amina)
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE person SET erased_at = now() WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            amina,
        )
    assert "Diallo" not in words(await (await signed_in("Alice")).get(LIST))


async def test_the_list_says_of_each_the_state_that_its_file_says(
    invited: Invited, signed_in: SignedIn, client: Clients
) -> None:
    for name, state in STATES.items():
        person = await a_file(invited.office, first_name=name, email=f"{name}@exemple.fr", phone="")
        way = await link(invited, person)
        await _bring_about(state, person, way, client(invited.office.tenant), invited)
        (made,) = await invitations.invitations_of(person)
        assert state_of(made, clock.now()) == state
    alice = await signed_in("Alice")
    for name, state in STATES.items():
        page = words(await alice.get(LIST, params={"etat": state}))
        assert [one for one in STATES if f"Diallo {one}" in page or f"{one} Diallo" in page] == [
            name
        ], state


async def _bring_about(
    state: str, person: UUID, way: str, visitor: Visitor, stage: Invited
) -> None:
    (made,) = await invitations.invitations_of(person)
    if state == "opened":
        await visitor.get(way)
    elif state == "booked":
        await book(visitor, stage, way)
    elif state == "revoked":
        await invitations.revoke(made.id, Actor("agent", stage.office.alice))
    elif state == "expired":
        async with tenant_transaction() as tx:
            await tx.execute(
                "UPDATE invitation SET ends_at = $3 WHERE tenant_id = $1 AND id = $2",
                tx.tenant_id,
                made.id,
                clock.now() - timedelta(hours=1),
            )

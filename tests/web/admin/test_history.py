"""The page of the whole history: who did what and when, for those who may read it (C-66)."""

import html
import re
from uuid import UUID, uuid4

import pytest
from creneau.context import SYSTEM, VISITOR, Actor, Tenant, acting_for
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import Identity
from creneau_infra.postgres.embedded import PostgresAddress

from tests.platform.hearing import hearing
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients

PAGE = "/administration/historique"


async def write(
    number: int, actor: Actor = SYSTEM, action: str = "place.updated", kind: str = "place"
) -> UUID:
    subject = uuid4()
    async with tenant_transaction() as tx:
        for _ in range(number):
            await history.record(tx, actor, action, kind, subject)
    return subject


async def test_strangers_sign_in_and_colleagues_without_the_right_are_told_so(
    client: Clients, entered: Entered, office: Office
) -> None:
    stranger = await client(office.tenant).get(PAGE)
    assert stranger.headers["location"].startswith("/agents/connexion")
    assert (await (await entered("Bea")).get(PAGE)).status_code == 403


async def test_it_says_who_did_what(entered: Entered, office: Office) -> None:
    service = (await organisations.services())[0]
    await write(1, Actor("agent", office.bea), "opening.created", "opening")
    async with tenant_transaction() as tx:
        await history.record(
            tx, Actor("agent", office.alice), "service.updated", "service", service.id
        )
        await history.record(tx, VISITOR, "booking.held", "booking", uuid4())
    shown = (await (await entered("Alice")).get(PAGE)).text
    assert f"a modifié le service « {service.name} »." in shown
    assert "a ouvert des horaires." in shown
    assert "Une personne, en ligne, a choisi l’horaire d’un rendez-vous : (nom effacé)." in shown
    assert ".updated" not in shown


async def test_another_tenants_is_not_there(
    entered: Entered, office: Office, other_tenant: Tenant
) -> None:
    del office
    with acting_for(other_tenant):
        await write(1, action="role.created", kind="role")
    shown = (await (await entered("Alice")).get(PAGE, params={"sujet": "role"})).text
    assert "a créé le rôle (nom effacé)" not in shown


async def test_it_is_filtered_by_who_what_and_when(entered: Entered, office: Office) -> None:
    bea = Actor("agent", office.bea)
    await write(1, bea, "closure.created", "closure")
    await write(1, SYSTEM, "closure.deleted", "closure")
    alice = await entered("Alice")
    by_bea = (await alice.get(PAGE, params={"qui": str(office.bea)})).text
    assert "a créé une fermeture." in by_bea
    assert "a supprimé une fermeture." not in by_bea
    of_closures = (await alice.get(PAGE, params={"sujet": "closure"})).text
    assert "a supprimé une fermeture." in of_closures
    assert "a ajouté l’agent" not in of_closures
    for dates in ({"au": "2020-01-01"}, {"du": "2990-01-01"}):
        assert "Rien ne correspond à ces filtres." in (await alice.get(PAGE, params=dates)).text
    today = {"du": "2020-01-01", "au": "2990-01-01", "sujet": "closure"}
    assert "a créé une fermeture." in (await alice.get(PAGE, params=today)).text


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"du": "hier"}, "Écrivez la date comme"),
        ({"au": "0001-01-01"}, "Écrivez la date comme"),
        ({"du": "2026-02-01", "au": "2026-01-01"}, "échangez-les"),
        ({"qui": "'; --", "sujet": "{{71*9973}}", "id": "x", "page": "\x00"}, "Historique"),
    ],
)
async def test_what_cannot_be_read_is_said_and_harms_nothing(
    entered: Entered, params: dict[str, str], told: str
) -> None:
    answer = await (await entered("Alice")).get(PAGE, params=params)
    assert answer.status_code == 200
    assert told in answer.text
    assert str(71 * 9973) not in answer.text


async def test_pages_follow_each_other_without_a_gap_and_cost_the_same(
    entered: Entered, postgres: PostgresAddress
) -> None:
    await write(120, action="place.archived")
    alice = await entered("Alice")
    href, seen, costs = f"{PAGE}?sujet=place", 0, list[int]()
    while href:
        async with hearing(postgres) as heard:
            shown = (await alice.get(href)).text
        costs.append(len(heard))
        seen += shown.count("a archivé le lieu")
        href = next_of(shown)
    assert seen == 120
    assert len(costs) == 3
    assert costs[0] == costs[1]


def next_of(shown: str) -> str:
    found = re.search(r'href="([^"]+)" rel="next"', shown)
    return html.unescape(found[1]) if found else ""


async def test_a_person_who_was_erased_has_no_name_in_it_any_more(
    entered: Entered, office: Office
) -> None:
    del office
    identity = Identity(first_name="Zénobie", last_name="Effacée", email="z@exemple.fr")
    async with tenant_transaction() as tx:
        person = await _person(tx, identity)
        await history.record(tx, Actor("person", person), "person.updated", "person", person)
    alice = await entered("Alice")
    assert "Zénobie Effacée a modifié la fiche" in (await alice.get(PAGE)).text
    await people.erase(person, SYSTEM)
    shown = (await alice.get(PAGE)).text
    assert "Zénobie" not in shown
    assert "Une personne a modifié la fiche de (nom effacé)." in shown


async def _person(tx: Transaction, identity: Identity) -> UUID:
    sql = """
        INSERT INTO person (tenant_id, first_name, last_name, email)
        VALUES ($1, $2, $3, $4) RETURNING id
    """
    return await tx.value(
        sql, tx.tenant_id, identity.first_name, identity.last_name, identity.email
    )


async def test_the_last_change_of_a_setting_leads_to_its_history(
    entered: Entered, office: Office
) -> None:
    service = (await organisations.services())[0]
    async with tenant_transaction() as tx:
        await history.record(
            tx, Actor("agent", office.alice), "service.updated", "service", service.id
        )
    alice = await entered("Alice")
    form = (await alice.get(f"/administration/services/{service.id}")).text
    assert f"{PAGE}?sujet=service&amp;id={service.id}" in form
    shown = (await alice.get(PAGE, params={"sujet": "service", "id": str(service.id)})).text
    assert "a modifié le service" in shown
    assert "a ajouté l’agent" not in shown

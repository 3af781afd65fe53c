"""Through a colleague's eyes: read only, traced, told, over by itself (T-08)."""

from datetime import timedelta
from uuid import UUID

import pytest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.roles import service as roles
from creneau.roles.schemas import RoleDraft
from creneau_infra import clock
from creneau_web.auth import looking

from tests.days import tomorrow
from tests.platform.agents.letterbox import delivered
from tests.platform.cast import PASSWORD, new_agent
from tests.web.auth.conftest import SignedIn
from tests.web.backoffice.cast import Office, at, book
from tests.web.stage import Visitor

END = "/agents/vue/fin"


async def look(visitor: Visitor, agent_id: UUID) -> int:
    return (await visitor.submit(f"/administration/agents/{agent_id}/vue")).status_code


async def test_an_administrator_sees_what_a_colleague_sees(
    office: Office, signed_in: SignedIn
) -> None:
    alice = await signed_in("Alice")
    assert (await alice.get("/administration")).status_code == 200
    assert await look(alice, office.bea) == 303
    page = (await alice.get("/agents")).text
    assert "Vous voyez l’espace comme Bea Martin" in page
    assert (await alice.get("/administration")).status_code == 403
    assert "comme Bea Martin" in (await alice.get("/administration")).text
    ended = await alice.submit(END)
    assert ended.headers["location"] == f"/administration/agents/{office.bea}"
    assert (await alice.get("/administration")).status_code == 200
    assert "comme Bea" not in (await alice.get("/agents")).text


async def test_nothing_can_be_changed_through_another_pair_of_eyes(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(tomorrow(), 9))
    alice = await signed_in("Alice")
    await look(alice, office.bea)
    for way in (
        f"/agents/rendez-vous/{booking.id}/statut",
        "/agents/deconnexion",
        "/agents/compte/mot-de-passe",
        "/agents/connexion",
        "/agents/mot-de-passe-oublie",
        f"/administration/agents/{office.bob}/vue",
    ):
        refused = await alice.submit(way, {"status": "seen", "email": "bea@exemple.fr"})
        assert refused.status_code == 403, way
    assert (await alice.get("/agents/compte")).status_code == 403
    assert (await alice.get(f"/agents/rendez-vous/{booking.id}")).status_code == 200
    async with tenant_transaction() as tx:
        acted = await tx.value("SELECT count(*) FROM history WHERE actor_id = $1", office.bea)
    assert acted == 2  # Bea booked, and wrote a person down for it


@pytest.mark.feature("T-08")
async def test_a_visit_is_traced_and_shown_and_told_once_a_day(
    office: Office, signed_in: SignedIn
) -> None:
    alice, bea = await signed_in("Alice"), await signed_in("Bea")
    for _ in range(2):
        await look(alice, office.bea)
        await alice.submit(END)
    (mail,) = await delivered(office.tenant)
    assert (mail.to, mail.subject) == (
        "bea@exemple.fr",
        "Alice Martin a vu l’espace agents comme vous",
    )
    assert (await bea.get("/agents/compte")).text.count("Alice Martin") == 2
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT action, actor_id FROM history WHERE subject_id = $1 AND action LIKE 'agent.seen%'",
            office.bea,
        )
    assert [row["action"] for row in rows].count("agent.seen_as") == 2
    assert [row["action"] for row in rows].count("agent.seen_as_ended") == 2
    assert {row["actor_id"] for row in rows} == {office.alice}


async def test_a_visit_ends_by_itself_after_half_an_hour(
    office: Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await signed_in("Alice")
    await look(alice, office.bea)
    late = clock.now() + timedelta(minutes=30, seconds=1)
    monkeypatch.setattr(looking, "now", lambda: late)
    page = (await alice.get("/agents")).text
    assert "La visite est terminée" in page
    assert "comme Bea" not in page
    assert (await alice.get("/administration")).status_code == 200


async def test_nobody_sees_as_somebody_with_more_rights(
    office: Office, signed_in: SignedIn
) -> None:
    created = await roles.create_role(
        RoleDraft(
            name="Regard",
            permissions=("organisation:agent:impersonate", "service:appointment:read"),
        ),
        SYSTEM,
    )
    code = (await roles.role(created)).code
    async with tenant_transaction() as tx:
        citizenship = await tx.value(
            "SELECT service_id FROM agent_service WHERE agent_id = $1", office.bea
        )
    await new_agent("Rita", office.organisation, citizenship, code, password=PASSWORD)
    rita = await signed_in("Rita")
    # Alice administers, Bob is of another service, Bea may change appointments as well.
    for colleague in (office.alice, office.bob, office.sam, office.bea):
        assert await look(rita, colleague) == 403
    reader = await roles.create_role(
        RoleDraft(name="Lecture", permissions=("service:appointment:read",)), SYSTEM
    )
    zoe = await new_agent(
        "Zoe",
        office.organisation,
        citizenship,
        (await roles.role(reader)).code,
        password=PASSWORD,
    )
    assert await look(rita, zoe) == 303


async def test_nobody_sees_as_themselves_or_without_the_right(
    office: Office, signed_in: SignedIn
) -> None:
    alice, bea = await signed_in("Alice"), await signed_in("Bea")
    assert await look(alice, office.alice) == 403
    assert await look(bea, office.sam) == 403


async def test_a_visit_ends_when_the_right_does(office: Office, signed_in: SignedIn) -> None:
    await new_agent(
        "Ada",
        office.organisation,
        await service_of_bea(office),
        "administrator",
        password=PASSWORD,
    )
    alice = await signed_in("Alice")
    await look(alice, office.bea)
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE membership SET role_id = (SELECT id FROM role WHERE code = 'agent') "
            "WHERE agent_id = $1",
            office.alice,
        )
    assert "comme Bea" not in (await alice.get("/agents")).text


async def service_of_bea(office: Office) -> UUID:
    async with tenant_transaction() as tx:
        return await tx.value(
            "SELECT service_id FROM agent_service WHERE agent_id = $1", office.bea
        )

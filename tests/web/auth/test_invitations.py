"""Links in mails: an invitation is accepted once, a forgotten password is replaced (C-03, T-07)."""

from datetime import timedelta
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.agents.links import service as links
from creneau.agents.managing import service as managing
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau_infra import clock
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.tokens import digest
from creneau_web.auth.sessions import COOKIE

from tests.platform.agents.letterbox import delivered, link_in
from tests.platform.cast import PASSWORD
from tests.platform.hearing import hearing
from tests.web.auth.conftest import SignedIn
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients

GOOD = "un cheval correct avec une agrafe"
JOINING = {"first_name": "Eve", "last_name": "Durand", "password": GOOD}


@pytest.fixture
async def invited(office: Office) -> str:
    """Invite Eve, and give the address that her mail leads to."""
    await managing.invite(
        AgentDraft(
            email="eve@exemple.fr",
            first_name="Ève",
            last_name="Durant",
            service_ids=(await service_of(office),),
            memberships=((office.organisation, "agent"),),
        ),
        SYSTEM,
    )
    (mail,) = await delivered(office.tenant)
    return f"/agents/invitation/{link_in(mail)}"


async def service_of(office: Office) -> UUID:
    async with tenant_transaction() as tx:
        return await tx.value(
            "SELECT service_id FROM agent_service WHERE agent_id = $1", office.bea
        )


@pytest.mark.feature("C-03")
async def test_an_invited_agent_checks_the_name_and_chooses_a_password(
    client: Clients, office: Office, invited: str
) -> None:
    visitor = client(office.tenant)
    page = await visitor.get(invited)
    assert page.status_code == 200
    assert "eve@exemple.fr" in page.text
    assert "Durant" in page.text
    joined = await visitor.submit(invited, JOINING)
    assert (joined.status_code, joined.headers["location"]) == (303, "/agents")
    assert "Bienvenue, Eve." in (await visitor.get("/agents")).text
    found = await agents.authenticate("eve@exemple.fr", GOOD)
    assert found is not None
    assert found.display_name == "Eve Durand"


async def test_an_administrator_who_is_invited_goes_on_to_the_second_factor(
    client: Clients, office: Office, invited: str
) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE membership SET role_id = (SELECT id FROM role WHERE code = 'administrator') "
            "WHERE agent_id = (SELECT id FROM agent WHERE email = 'eve@exemple.fr')"
        )
    joined = await client(office.tenant).submit(invited, JOINING)
    assert joined.headers["location"] == "/agents/connexion/telephone"


@pytest.mark.feature("C-03")
async def test_an_invitation_serves_once(client: Clients, office: Office, invited: str) -> None:
    await client(office.tenant).submit(invited, JOINING)
    for answer in (
        await client(office.tenant).get(invited),
        await client(office.tenant).submit(invited, JOINING),
    ):
        assert answer.status_code == 410
        assert "a déjà servi" in answer.text


@pytest.mark.feature("C-03")
async def test_an_invitation_ends_after_seven_days(
    client: Clients, office: Office, invited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = clock.now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(links, "clock_now", lambda: late)
    answer = await client(office.tenant).get(invited)
    assert answer.status_code == 410
    assert "plus valable" in answer.text
    assert (await client(office.tenant).submit(invited, JOINING)).status_code == 410


@pytest.mark.feature("C-03")
async def test_another_invitation_ends_the_one_before(
    client: Clients, office: Office, invited: str, signed_in: SignedIn
) -> None:
    alice = await signed_in("Alice")
    async with tenant_transaction() as tx:
        eve = await tx.value("SELECT id FROM agent WHERE email = 'eve@exemple.fr'")
    assert (await alice.submit(f"/administration/agents/{eve}/invitation")).status_code == 303
    (mail,) = await delivered(office.tenant)
    assert (await client(office.tenant).get(invited)).status_code == 410
    fresh = f"/agents/invitation/{link_in(mail)}"
    assert (await client(office.tenant).get(fresh)).status_code == 200


async def test_somebody_who_is_signed_in_does_not_accept_for_another(
    invited: str, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    for answer in (await bea.get(invited), await bea.submit(invited, JOINING)):
        assert answer.status_code == 409
        assert "pour quelqu’un d’autre" in answer.text
    assert await agents.authenticate("eve@exemple.fr", GOOD) is None


async def test_an_unknown_link_says_so(client: Clients, office: Office) -> None:
    for way in ("invitation", "mot-de-passe"):
        answer = await client(office.tenant).get(f"/agents/{way}/nothing-of-the-kind")
        assert answer.status_code == 404
        assert "n’existe pas" in answer.text


async def test_the_database_holds_a_digest_only(invited: str) -> None:
    secret = invited.rpartition("/")[2]
    async with tenant_transaction() as tx:
        (row,) = await tx.rows("SELECT digest FROM agent_link")
        mails = str(await tx.rows("SELECT payload FROM outbox"))
    assert bytes(row["digest"]) == digest(secret)
    assert secret not in mails


@pytest.mark.feature("T-07")
@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("court", "15 caractères"),
        ("motdepassemotdepasse", "trop répandu"),
        ("123456789012345", "trop répandu"),
        ("passwordpassword1", "trop répandu"),
        ("aaaaaaaaaaaaaaaaaaaa", "trop répandu"),
        ("eve@exemple.fr2026", "votre adresse e-mail"),
    ],
)
async def test_weak_and_breached_passwords_are_refused(
    client: Clients, office: Office, invited: str, password: str, why: str
) -> None:
    answer = await client(office.tenant).submit(invited, {**JOINING, "password": password})
    assert answer.status_code == 422
    assert why in answer.text
    assert 'value="Eve"' in answer.text


async def test_a_password_made_of_the_tenants_name_is_refused(
    client: Clients, office: Office, invited: str
) -> None:
    named = f"{office.tenant.name} 2026!"
    answer = await client(office.tenant).submit(invited, {**JOINING, "password": named})
    assert "le nom de l’espace" in answer.text


async def forget(client: Clients, office: Office, email: str) -> str:
    answer = await client(office.tenant).submit("/agents/mot-de-passe-oublie", {"email": email})
    assert answer.status_code == 200
    return answer.text.replace(email, "ADDRESS")


def said(page: str) -> str:
    return page.partition("<main")[2].partition("csrf")[0]


@pytest.mark.feature("T-07")
async def test_a_forgotten_password_answers_alike_for_known_and_unknown(
    client: Clients, office: Office
) -> None:
    known = await forget(client, office, "bea@exemple.fr")
    unknown = await forget(client, office, "nobody@exemple.fr")
    assert "Si un compte existe" in known
    assert said(known) == said(unknown)
    assert [mail.to for mail in await delivered(office.tenant)] == ["bea@exemple.fr"]


async def test_a_forgotten_password_costs_the_same_work_for_known_and_unknown(
    client: Clients, office: Office, postgres: PostgresAddress
) -> None:
    # Once before: what a process asks only the first time tells of nobody.
    await forget(client, office, "nobody@exemple.fr")
    work: list[list[str]] = []
    for email in ("bea@exemple.fr", "nobody@exemple.fr"):
        async with hearing(postgres) as statements:
            await forget(client, office, email)
        work.append(statements)
    known, unknown = work
    assert known == unknown
    assert any("INSERT INTO outbox" in statement for statement in known)


@pytest.mark.feature("T-07")
async def test_a_new_password_ends_every_session_and_is_told(
    client: Clients, office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    await forget(client, office, "bea@exemple.fr")
    (mail,) = await delivered(office.tenant)
    way = f"/agents/mot-de-passe/{link_in(mail)}"
    visitor = client(office.tenant)
    assert (await visitor.get(way)).status_code == 200
    weak = await visitor.submit(way, {"password": "court"})
    assert weak.status_code == 422
    assert (await bea.get("/agents")).status_code == 200
    done = await visitor.submit(way, {"password": GOOD})
    assert done.headers["location"] == "/agents/connexion"
    assert (await bea.get("/agents")).status_code == 303
    assert await agents.authenticate("bea@exemple.fr", PASSWORD) is None
    assert await agents.authenticate("bea@exemple.fr", GOOD) is not None
    again = await visitor.get(way)
    assert again.status_code == 410
    assert "a déjà servi" in again.text
    assert [told.subject for told in await delivered(office.tenant)] == [
        "Votre mot de passe a été changé"
    ]


async def test_an_old_link_to_a_new_password_is_refused(
    client: Clients, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await forget(client, office, "bea@exemple.fr")
    (mail,) = await delivered(office.tenant)
    late = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(links, "clock_now", lambda: late)
    answer = await client(office.tenant).get(f"/agents/mot-de-passe/{link_in(mail)}")
    assert answer.status_code == 410


async def test_changing_the_password_ends_all_other_sessions(
    client: Clients, office: Office, signed_in: SignedIn
) -> None:
    here, elsewhere = await signed_in("Bea"), await signed_in("Bea")
    way = "/agents/compte/mot-de-passe"
    wrong = await here.submit(way, {"present": "another phrase altogether", "password": GOOD})
    assert wrong.status_code == 422
    assert "votre mot de passe actuel" in wrong.text
    done = await here.submit(way, {"present": PASSWORD, "password": GOOD})
    assert done.status_code == 303
    assert (await here.get("/agents")).status_code == 200
    assert (await elsewhere.get("/agents")).status_code == 303
    assert elsewhere.cookies.get(COOKIE) in {None, ""}
    del client, office

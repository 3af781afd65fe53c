"""What does not go keeps the back office around it, for whoever works there and nobody else."""

from uuid import uuid4

import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.context import Actor, Tenant, acting_for
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_web import access, errors
from creneau_web.app import Application, assembled
from litestar import get, post

from tests.web.backoffice.cast import Office
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients, new_tenant

RAIL = 'class="rail"'
BACK = "Revenir à ma journée"
PREVIOUS = "Revenir à la page précédente"


async def test_a_stranger_reads_the_page_of_ever(client: Clients, tenant: Tenant) -> None:
    visitor = client(tenant)
    for way in ("/nulle-part", "/agenda/nulle-part"):
        answer = await visitor.get(way)
        assert answer.status_code == 404
        assert RAIL not in answer.text
        assert "Revenir à l’accueil" in answer.text


async def test_an_address_that_leads_nowhere_keeps_the_menu(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    for way in ("/agenda/nulle-part", "/nulle-part", f"/agents/rendez-vous/{uuid4()}"):
        answer = await bea.get(way)
        assert answer.status_code == 404
        assert RAIL in answer.text
        assert "Trouver un créneau" in answer.text
        assert 'action="/personnes"' in answer.text
        assert BACK in answer.text
        assert PREVIOUS not in answer.text


async def test_what_is_not_allowed_keeps_the_menu_and_leads_back(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    before = f"{bea.origin}/agents?jour=2026-11-24"
    answer = await bea.get(f"/plages?agent={office.bob}", headers={"referer": before})
    assert answer.status_code == 403
    assert RAIL in answer.text
    assert PREVIOUS in answer.text
    assert 'href="/agents?jour=2026-11-24"' in answer.text
    assert "Vos droits ne permettent pas" in answer.text


@pytest.mark.parametrize(
    "before",
    ["http://evil.example/agents", "//evil.example/x", "javascript:alert(1)", "http://[", ""],
)
async def test_no_way_back_leads_to_another_site(signed_in: SignedIn, before: str) -> None:
    bea = await signed_in("Bea")
    page = (await bea.get("/nulle-part", headers={"referer": before})).text
    assert PREVIOUS not in page
    assert "evil" not in page
    own = {"referer": f"{bea.origin}//evil.example/x"}
    assert 'href="/evil.example/x"' in (await bea.get("/nulle-part", headers=own)).text


async def test_a_form_that_is_refused_or_not_ours_keeps_the_menu(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    answer = await bea.post("/absences/nouvelle", data={"csrf_token": "faux"})
    assert answer.status_code == 403
    assert RAIL in answer.text
    assert "Ce formulaire n’est plus valable." in answer.text
    await managing.remove(office.sam, Parting(), Actor("agent", office.alice))
    alice = await signed_in("Alice")
    answer = await alice.get(f"/plages?agent={office.sam}")
    assert answer.status_code == 409
    assert RAIL in answer.text
    assert "a quitté l’espace" in answer.text


async def test_the_wrong_way_to_ask_keeps_the_menu(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    answer = await bea.submit("/creneaux")
    assert answer.status_code == 405
    assert RAIL in answer.text


async def test_a_breakdown_keeps_the_menu(
    app: Application, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    @get("/agenda", opt=access.signed_in())
    async def breaks() -> None:
        raise RuntimeError("secret detail")

    @post("/agenda", opt=access.signed_in())
    async def is_away() -> None:
        raise DatabaseUnavailableError("away")

    bea = await signed_in("Bea")
    monkeypatch.setattr(app, "tenant_app", assembled([breaks, is_away]))
    broken = await bea.get("/agenda")
    assert broken.status_code == 500
    assert RAIL in broken.text
    assert "vérifiez si c’est fait" in broken.text
    assert "secret detail" not in broken.text
    away = await bea.submit("/agenda")
    assert away.status_code == 503
    assert RAIL in away.text


async def test_without_the_database_the_page_is_the_plain_one(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    bea = await signed_in("Bea")

    async def away(_connection: object) -> None:
        raise DatabaseUnavailableError("away")

    monkeypatch.setattr(errors, "recognise", away)
    answer = await bea.get("/nulle-part")
    assert answer.status_code == 404
    assert RAIL not in answer.text
    assert "Cette page n’existe pas" in answer.text


async def test_pages_for_the_public_stay_so_for_an_agent_too(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    answer = await bea.get("/r/nothing")
    assert answer.status_code == 404
    assert RAIL not in answer.text


async def test_an_ended_session_and_another_space_know_nobody(
    office: Office, signed_in: SignedIn, client: Clients
) -> None:
    bea = await signed_in("Bea")
    other = await new_tenant()
    elsewhere = client(other)
    for cookie in bea.cookies.jar:
        elsewhere.cookies.set(cookie.name, cookie.value or "", domain=elsewhere.cookie_domain)
    answer = await elsewhere.get("/agenda/nulle-part")
    assert RAIL not in answer.text
    assert "Bea" not in answer.text
    with acting_for(office.tenant):
        await managing.remove(office.bea, Parting(), Actor("agent", office.alice))
    assert RAIL not in (await bea.get("/agenda/nulle-part")).text

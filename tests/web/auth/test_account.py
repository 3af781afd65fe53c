"""An agent's sessions: listed, revocable, ended with the agent (C-70)."""

import html
import re

import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau_web.auth.devices import device_of

from tests.web.auth.conftest import SignedIn
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients

ACCOUNT = "/agents/compte"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36", "Chrome, Android"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/130 Safari/537.36 Edg/130",
            "Edge, Mac",
        ),
        ("curl/8.5", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_named_in_words(user_agent: str, words: str) -> None:
    assert device_of(user_agent) == words


@pytest.mark.feature("C-70")
async def test_every_session_is_listed_with_its_device_and_no_address(
    client: Clients, office: Office, signed_in: SignedIn
) -> None:
    visitor = client(office.tenant)
    visitor.headers["user-agent"] = FIREFOX
    await visitor.submit(
        "/agents/connexion",
        {"email": "bea@exemple.fr", "password": "une phrase assez longue"},
    )
    await signed_in("Bea")
    page = html.unescape((await visitor.get(ACCOUNT)).text)
    assert "Firefox, Windows" in page
    assert "Appareil inconnu" in page
    assert page.count("Cette session") == 1
    async with tenant_transaction() as tx:
        kept = str(await tx.rows("SELECT * FROM session"))
    assert "198.18." not in kept


@pytest.mark.feature("C-70")
async def test_a_session_that_its_owner_closed_is_over_at_once(signed_in: SignedIn) -> None:
    here, elsewhere = await signed_in("Bea"), await signed_in("Bea")
    page = (await here.get(ACCOUNT)).text
    (action,) = re.findall(r'action="(/agents/compte/sessions/[^"]+)"', page)
    assert (await here.submit(action)).status_code == 303
    assert (await elsewhere.get("/agents")).headers["location"].startswith("/agents/connexion")
    assert (await here.get("/agents")).status_code == 200
    assert (await here.submit(action)).status_code == 404


async def test_nobody_closes_a_colleagues_session(signed_in: SignedIn, office: Office) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    async with tenant_transaction() as tx:
        theirs = await tx.value("SELECT id FROM session WHERE agent_id = $1", office.sam)
    assert (await bea.submit(f"{ACCOUNT}/sessions/{theirs}/fermeture")).status_code == 404
    assert (await sam.get("/agents")).status_code == 200


@pytest.mark.feature("C-70")
async def test_all_others_are_closed_together(signed_in: SignedIn) -> None:
    here, one, other = [await signed_in("Bea") for _ in range(3)]
    assert (await here.submit(f"{ACCOUNT}/autres-sessions/fermeture")).status_code == 303
    assert "2 sessions fermées" in (await here.get(ACCOUNT)).text
    for visitor in (one, other):
        assert (await visitor.get("/agents")).status_code == 303


@pytest.mark.feature("C-70")
async def test_a_removed_agents_session_opens_nothing(office: Office, signed_in: SignedIn) -> None:
    bob = await signed_in("Bob")
    assert (await bob.get("/agents")).status_code == 200
    await managing.remove(office.bob, Parting(), SYSTEM)
    assert (await bob.get("/agents")).headers["location"].startswith("/agents/connexion")
    again = await bob.submit(
        "/agents/connexion", {"email": "bob@exemple.fr", "password": "une phrase assez longue"}
    )
    assert again.status_code == 422


@pytest.mark.feature("C-70")
async def test_the_account_is_reached_from_the_name_at_the_top(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    page = (await bea.get("/agents")).text
    assert f'href="{ACCOUNT}"' in page
    assert 'action="/agents/deconnexion"' in page


async def test_a_stranger_is_asked_to_sign_in(client: Clients, office: Office) -> None:
    answer = await client(office.tenant).get(ACCOUNT)
    assert answer.headers["location"] == f"/agents/connexion?next={ACCOUNT}"

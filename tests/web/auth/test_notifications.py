"""An agent says about which appointments they are written to (C-80)."""

import pytest
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import AgentPreference

from tests.web.auth.conftest import SignedIn
from tests.web.backoffice.cast import Office
from tests.web.public.citizen import words
from tests.web.stage import Clients

PATH = "/agents/compte/messages"


async def test_only_whoever_is_signed_in_chooses(client: Clients, office: Office) -> None:
    answer = await client(office.tenant).submit(PATH, {"scope": "none"})
    assert answer.headers["location"].startswith("/agents/connexion")


async def test_an_agent_chooses_and_only_for_themselves(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    assert 'value="own" checked' in (await bea.get("/agents/compte")).text
    await bea.submit(PATH, {"scope": "reach", "cancelled": "yes"})
    page = await bea.get("/agents/compte")
    assert "Votre choix est enregistré." in words(page)
    assert 'value="reach" checked' in page.text
    wish = await preferences.of_agent(office.bea)
    assert (wish.scope, wish.taken, wish.moved, wish.cancelled) == ("reach", False, False, True)
    assert await preferences.of_agent(office.bob) == AgentPreference()


@pytest.mark.parametrize("scope", ["", "all", "own' OR 1=1"])
async def test_a_choice_that_is_none_is_refused(
    office: Office, signed_in: SignedIn, scope: str
) -> None:
    bea = await signed_in("Bea")
    assert (await bea.submit(PATH, {"scope": scope})).status_code == 422
    assert await preferences.of_agent(office.bea) == AgentPreference()

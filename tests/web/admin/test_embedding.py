"""The page where an administrator allows sites and copies what to paste there (C-47)."""

from creneau.embedding import service as embedding

from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office
from tests.web.public.citizen import words
from tests.web.stage import Clients

HOME = "/administration/site-internet"


async def test_a_site_is_allowed_and_taken_back(entered: Entered, office: Office) -> None:
    alice = await entered("Alice")
    page = await alice.get(HOME)
    assert "Aucun site n’est encore autorisé" in words(page)
    assert f"{office.tenant.public_url}/integration.js" in page.text
    answer = await alice.submit(HOME, {"origin": "www.ville.fr/contact"})
    assert answer.headers["location"] == HOME
    assert await embedding.origins() == ["https://www.ville.fr"]
    assert "https://www.ville.fr" in words(await alice.get(HOME))
    await alice.submit(f"{HOME}/retrait", {"origin": "https://www.ville.fr"})
    assert await embedding.origins() == []
    history = words(await alice.get("/administration/historique"))
    assert "a autorisé un site à intégrer la prise de rendez-vous." in history


async def test_what_is_no_site_is_said_beside_the_field_and_kept(
    entered: Entered, office: Office
) -> None:
    del office
    alice = await entered("Alice")
    answer = await alice.submit(HOME, {"origin": "https://ville.fr; script-src *"})
    assert answer.status_code == 422
    assert "Écrivez l’adresse du site" in words(answer)
    assert 'value="https://ville.fr; script-src *"' in answer.text
    assert (
        await alice.submit(f"{HOME}/retrait", {"origin": "https://autre.fr"})
    ).status_code == 404


async def test_only_who_sets_the_tenant_up_may(
    entered: Entered, office: Office, client: Clients
) -> None:
    bea = await entered("Bea")
    assert (await bea.get(HOME)).status_code == 403
    assert (await bea.submit(HOME, {"origin": "www.ville.fr"})).status_code == 403
    stranger = await client(office.tenant).get(HOME)
    assert stranger.headers["location"].startswith("/agents/connexion")
    assert await embedding.origins() == []

"""The pages of roles and of tokens (T-08, T-13)."""

import re

import pytest
from creneau.context import Tenant
from creneau.organisations import service as organisations
from creneau.roles import service as roles
from creneau.tokens import service as tokens

from tests.platform.cast import new_agent
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients

ROLES = "/administration/roles"
TOKENS = "/administration/jetons"
TYPED = {"name": "Responsable", "permissions": ["organisation:place:update", ""]}


@pytest.mark.parametrize("path", [ROLES, f"{ROLES}/nouveau", TOKENS, f"{TOKENS}/nouveau"])
async def test_only_those_who_hold_the_right_get_in(
    entered: Entered, client: Clients, tenant: Tenant, path: str
) -> None:
    assert (await client(tenant).get(path)).status_code == 303
    assert (await (await entered("Bea")).get(path)).status_code == 403
    assert (await (await entered("Alice")).get(path)).status_code == 200


@pytest.mark.feature("T-08")
async def test_the_matrix_shows_every_right_in_every_role(entered: Entered) -> None:
    shown = (await (await entered("Alice")).get(ROLES)).text
    for text in ("Voir les rendez-vous", "Gérer les lieux", "Ses services", "Tout l’espace"):
        assert text in shown


async def test_a_role_is_made_given_changed_and_deleted(entered: Entered, office: Office) -> None:
    alice = await entered("Alice")
    await alice.submit(f"{ROLES}/nouveau", TYPED)
    made = next(role for role in await roles.roles() if role.name == "Responsable")
    assert made.permissions == ("organisation:place:update",)
    page = (await alice.get(f"{ROLES}/{made.id}")).text
    assert 'value="organisation:place:update" selected' in page
    await new_agent("Chris", office.organisation, (await organisations.services())[0].id, made.code)
    assert "Chris Martin, à Mairie principale" in (await alice.get(f"{ROLES}/{made.id}")).text
    kept = await alice.submit(f"{ROLES}/{made.id}/suppression")
    assert kept.status_code == 409
    changed = {"name": "Cheffe", "permissions": "", "version": made.version}
    assert (await alice.submit(f"{ROLES}/{made.id}", changed)).status_code == 303
    assert "Modifié : nom du rôle, droits." in (await alice.get(ROLES)).text
    late = await alice.submit(f"{ROLES}/{made.id}", {**changed, "name": "Patronne"})
    assert late.status_code == 409
    assert "Patronne" in late.text
    assert "Cheffe" in late.text


async def test_a_role_without_a_name_keeps_what_was_chosen(entered: Entered) -> None:
    refused = await (await entered("Alice")).submit(f"{ROLES}/nouveau", {**TYPED, "name": ""})
    assert refused.status_code == 422
    assert "Donnez un nom au rôle." in refused.text
    assert 'value="organisation:place:update" selected' in refused.text


async def test_a_token_is_shown_once_opens_what_it_says_and_ends_at_once(
    entered: Entered, client: Clients, tenant: Tenant
) -> None:
    alice = await entered("Alice")
    typed = {"label": "Portail de la ville", "scopes": ["motives:read"], "days": "30"}
    made = await alice.submit(f"{TOKENS}/nouveau", typed)
    assert made.headers["cache-control"] == "no-store"
    found = re.search(r'id="secret" value="([^"]+)"', made.text)
    assert found is not None
    headers = {"authorization": f"Bearer {found[1]}"}
    program = client(tenant)
    assert (await program.get("/api/v1/motives", headers=headers)).status_code == 200
    assert (await program.get("/api/v1/places", headers=headers)).status_code == 403
    listed = (await alice.get(TOKENS)).text
    assert "Portail de la ville" in listed
    assert found[1] not in listed
    token = (await tokens.tokens())[0]
    assert found[1] not in (await alice.get(f"{TOKENS}/{token.id}")).text
    await alice.submit(f"{TOKENS}/{token.id}/revocation")
    assert (await program.get("/api/v1/motives", headers=headers)).status_code == 401
    assert "Arrêté" in (await alice.get(TOKENS)).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"label": "", "scopes": ["motives:read"], "days": "30"}, "Donnez un nom"),
        ({"label": "Portail", "days": "30"}, "Choisissez au moins"),
        ({"label": "Portail", "scopes": ["all:write"], "days": "30"}, "Choisissez parmi"),
        ({"label": "Portail", "scopes": ["motives:read"], "days": "forever"}, "1"),
    ],
)
async def test_a_token_that_says_too_little_or_too_much_is_not_made(
    entered: Entered, typed: dict[str, object], said: str
) -> None:
    refused = await (await entered("Alice")).submit(f"{TOKENS}/nouveau", typed)
    assert refused.status_code == 422
    assert said in refused.text
    assert await tokens.tokens() == []


@pytest.mark.parametrize("name", ["Administration", "  administration", "secretariat"])
async def test_no_role_is_named_like_a_built_in_one(entered: Entered, name: str) -> None:
    refused = await (await entered("Alice")).submit(f"{ROLES}/nouveau", {**TYPED, "name": name})
    assert refused.status_code == 422
    assert "Un rôle porte déjà ce nom." in refused.text


async def test_a_role_keeps_its_own_name_but_takes_no_built_in_one(entered: Entered) -> None:
    alice = await entered("Alice")
    await alice.submit(f"{ROLES}/nouveau", TYPED)
    made = next(role for role in await roles.roles() if role.name == "Responsable")
    same = {"name": "Responsable", "permissions": "", "version": made.version}
    taken = await alice.submit(f"{ROLES}/{made.id}", {**same, "name": "Agent"})
    assert taken.status_code == 422
    assert "Un rôle porte déjà ce nom." in taken.text
    assert (await alice.submit(f"{ROLES}/{made.id}", same)).status_code == 303


async def test_a_token_s_page_loaded_again_makes_no_second_token(entered: Entered) -> None:
    alice = await entered("Alice")
    typed = {"label": "Portail", "scopes": ["motives:read"], "days": "30"}
    assert (await alice.submit(f"{TOKENS}/nouveau", typed)).status_code == 200
    again = await alice.submit(f"{TOKENS}/nouveau", typed)
    assert again.status_code == 422
    assert "Un jeton en service porte déjà ce nom." in again.text
    (token,) = await tokens.tokens()
    await alice.submit(f"{TOKENS}/{token.id}/revocation")
    assert (await alice.submit(f"{TOKENS}/nouveau", typed)).status_code == 200

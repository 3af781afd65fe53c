"""The page of providers: who may use it, what it never shows, what it does not let happen (T-06)."""

from collections.abc import AsyncGenerator, Generator
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.roles import service as roles
from creneau_infra import sealing
from creneau_infra.settings import Settings
from creneau_tenants.secrets.service import rotate_all, sealed_columns
from creneau_tenants.sign_on import service
from creneau_tenants.sign_on.errors import WouldLockOut
from creneau_tenants.sign_on.profiles import PROFILES
from creneau_web.app import Application

from tests.platform.cast import PASSWORD
from tests.web.sso.cast import (
    House,
    come_back,
    link,
    new_house,
    reachable,
    role_of,
    sign_on,
    signed_in,
)
from tests.web.sso.real import SECRET, AtProvider, client_of, real_provider
from tests.web.stage import Visitor

LIST = "/administration/connexion"


@pytest.fixture(scope="module")
async def house(app: Application) -> House:
    return await new_house(app)


@pytest.fixture(scope="module")
async def issuer(house: House) -> AsyncGenerator[str, None]:
    client = client_of("creneau", house.platform, house.tenant.slug)
    async with real_provider([client]) as started:
        with reachable(house.app.settings, started):
            yield started


@pytest.fixture(autouse=True)
def tenant(house: House) -> Generator[Tenant, None, None]:
    with acting_for(house.tenant):
        yield house.tenant


@pytest.fixture
async def alice(house: House) -> Visitor:
    return await signed_in(house)


def typed(address: str, **changes: Any) -> dict[str, Any]:
    return {
        "profile": "generic",
        "label": f"Annuaire {uuid4().hex[:6]}",
        "audience": ["agents"],
        "issuer": address,
        "client_id": "creneau",
        "secret": SECRET,
        "client_sent": "header",
        "scopes": "openid profile email",
        "algorithms": ["RS256", "ES256"],
        "pkce": "yes",
        "userinfo": "plain",
        **changes,
    }


async def added(alice: Visitor, issuer: str, **changes: Any) -> UUID:
    answer = await alice.submit(f"{LIST}/nouveau", typed(issuer, **changes))
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].split("/")[3])


async def resubmit(alice: Visitor, provider_id: UUID, issuer: str, **changes: Any) -> Any:
    found = await service.provider(provider_id)
    values = typed(issuer, label=found.label, secret="", version=found.updated_at.isoformat())
    return await alice.submit(f"{LIST}/{provider_id}", {**values, **changes})


async def test_nobody_but_administrators_gets_there(house: House, issuer: str) -> None:
    provider_id = await house.provider(issuer)
    anonymous, stranger = house.visitor(), house.visitor()
    colleague = await signed_in(house, house.town.bea)
    for path in (LIST, f"{LIST}/nouveau", f"{LIST}/{provider_id}", f"{LIST}/{provider_id}/essai"):
        assert (await anonymous.get(path)).status_code == 303
        assert (await stranger.get(path)).status_code == 303
        assert (await colleague.get(path)).status_code in {303, 403}
    for action in ("activation", "essai", "suppression"):
        path = f"{LIST}/{provider_id}/{action}"
        assert (await colleague.submit(path, {"on": "no"})).status_code in {303, 403}
    assert (await service.provider(provider_id)).enabled


@pytest.mark.feature("T-06")
async def test_a_new_provider_is_off_until_a_whole_round_trip_succeeded(
    house: House, alice: Visitor, issuer: str
) -> None:
    provider_id = await added(alice, issuer)
    refused = await alice.submit(f"{LIST}/{provider_id}/activation", {"on": "yes"})
    assert refused.status_code == 422
    assert "Testez d’abord" in refused.text
    assert not (await service.provider(provider_id)).enabled
    answers = await alice.submit(f"{LIST}/{provider_id}/essai")
    assert "Le fournisseur répond." in answers.text
    address = answers.text.partition(f'href="{issuer}/auth')[2].partition('"')[0]
    async with AtProvider() as browser:
        callback = await browser.sign_on(f"{issuer}/auth{address}".replace("&amp;", "&"), "zoe")
    tested = await come_back(house, alice, callback)
    assert "L’essai a réussi" in tested.text
    assert "zoe@exemple.fr" in tested.text
    on = await alice.submit(f"{LIST}/{provider_id}/activation", {"on": "yes"})
    assert on.status_code == 303
    assert (await service.provider(provider_id)).enabled
    assert (await service.touched(provider_id)).agents == 0


async def test_a_test_that_fails_says_why_and_proves_nothing(
    house: House, alice: Visitor, issuer: str
) -> None:
    provider_id = await added(alice, "https://127.0.0.1:1")
    failed = await alice.submit(f"{LIST}/{provider_id}/essai")
    assert "n’est pas acceptée" in failed.text
    assert (await service.provider(provider_id)).tested_at is None
    declined = await added(alice, issuer)
    answers = await alice.submit(f"{LIST}/{declined}/essai")
    address = answers.text.partition(f'href="{issuer}/auth')[2].partition('"')[0]
    async with AtProvider() as browser:
        callback = await browser.sign_on(f"{issuer}/auth{address}".replace("&amp;", "&"), "nobody")
    assert "abandonnée" in (await come_back(house, alice, callback)).text
    assert (await service.provider(declined)).tested_at is None


async def test_franceconnect_is_for_the_public_whatever_a_form_says(
    alice: Visitor, issuer: str
) -> None:
    provider_id = await added(alice, issuer, profile="franceconnect", acr_values="eidas1")
    kept = await service.provider(provider_id)
    assert (kept.for_agents, kept.for_public) == (False, True)


@pytest.mark.feature("T-06")
async def test_the_secret_is_shown_nowhere_and_kept_sealed(alice: Visitor, issuer: str) -> None:
    provider_id = await added(alice, issuer)
    for path in (LIST, f"{LIST}/{provider_id}", f"{LIST}/{provider_id}/essai"):
        assert SECRET not in (await alice.get(path)).text
    wrong = await alice.submit(f"{LIST}/nouveau", typed(issuer, label=""))
    assert wrong.status_code == 422
    assert SECRET not in wrong.text
    async with tenant_transaction() as tx:
        kept = await tx.value("SELECT secret FROM identity_provider WHERE id = $1", provider_id)
        told = await tx.value("SELECT string_agg(details::text, '') FROM history")
    assert SECRET.encode() not in kept
    assert SECRET not in told
    assert sealing.unseal(kept) == SECRET


async def test_a_changed_connection_is_off_until_it_is_tested_again(
    alice: Visitor, house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer)
    renamed = await resubmit(alice, provider_id, issuer, label=f"Nouveau {uuid4().hex[:6]}")
    assert renamed.status_code == 303, renamed.text
    assert (await service.provider(provider_id)).enabled
    for changes in ({"secret": "another secret"}, {"scopes": "openid email"}):
        await house.switch_on(provider_id)
        assert (await resubmit(alice, provider_id, issuer, **changes)).status_code == 303
        after = await service.provider(provider_id)
        assert not after.enabled
        assert after.tested_at is None


async def test_two_administrators_do_not_overwrite_each_other(
    alice: Visitor, house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer)
    before = (await service.provider(provider_id)).updated_at.isoformat()
    assert (await resubmit(alice, provider_id, issuer, acr_values="one")).status_code == 303
    late = await resubmit(alice, provider_id, issuer, acr_values="two", version=before)
    assert late.status_code == 409
    assert 'value="two"' in late.text
    assert (await service.provider(provider_id)).acr_values == ("one",)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"label": ""}, "label"),
    "no issuer": ({"issuer": "annuaire.example"}, "issuer"),
    "an issuer with a query": ({"issuer": "https://annuaire.example/?x=1"}, "issuer"),
    "no client": ({"client_id": ""}, "client_id"),
    "no secret": ({"secret": " "}, "secret"),
    "a secret that is cut": ({"secret": "né"}, "secret"),
    "no openid": ({"scopes": "profile"}, "scopes"),
    "no signature": ({"algorithms": []}, "algorithms"),
    "a shared secret as signature": ({"algorithms": ["HS256"]}, "algorithms"),
    "none as signature": ({"algorithms": ["none"]}, "algorithms"),
    "for nobody": ({"audience": []}, "audience"),
    "FranceConnect without a level": ({"profile": "franceconnect"}, "acr_values"),
    "FranceConnect with RS512": (
        {"profile": "franceconnect", "audience": ["public"], "algorithms": ["RS512"]},
        "algorithms",
    ),
    "agents created nowhere": ({"creates_agents": "yes"}, "default_service_id"),
    "a condition without values": ({"admitted_claim": "siret"}, "admitted_claim"),
    "a claim with blanks": ({"claim_email": "e mail"}, "claim_email"),
    "everybody at Entra": (
        {"profile": "entra", "issuer": "https://login.microsoftonline.com/common/v2.0"},
        "issuer",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_cannot_be_used_is_told_at_its_field(
    alice: Visitor, issuer: str, wrong: str
) -> None:
    changes, field = WRONG[wrong]
    answer = await alice.submit(f"{LIST}/nouveau", typed(issuer, **changes))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text


async def test_proconnect_creates_agents_under_a_condition_only(
    alice: Visitor, house: House, issuer: str
) -> None:
    creating = {
        "creates_agents": "yes",
        "default_organisation_id": str(house.town.organisation),
        "default_service_id": str(house.town.registry),
        "default_role_id": str(await role_of(house)),
        "profile": "proconnect",
    }
    answer = await alice.submit(f"{LIST}/nouveau", typed(issuer, **creating))
    assert "Toute la France a un compte ici" in answer.text
    condition = {"admitted_claim": "siret", "admitted_values": "21750001600019"}
    provider_id = await added(alice, issuer, **creating, **condition)
    kept = await service.provider(provider_id)
    # What ProConnect does not let one choose is not chosen by the form either.
    assert (kept.pkce, kept.userinfo) == (False, "signed")


async def test_no_role_is_given_at_first_sign_on_that_is_given_by_hand(
    alice: Visitor, house: House, issuer: str
) -> None:
    administrator = next(one for one in await roles.roles() if one.code == "administrator")
    answer = await alice.submit(
        f"{LIST}/nouveau",
        typed(
            issuer,
            creates_agents="yes",
            default_organisation_id=str(house.town.organisation),
            default_service_id=str(house.town.registry),
            default_role_id=str(administrator.id),
        ),
    )
    assert 'id="default_role_id-error"' in answer.text


@pytest.mark.feature("T-06")
async def test_passwords_close_only_once_an_administrator_has_come_in_and_open_again(
    alice: Visitor, house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer)
    refused = await resubmit(alice, provider_id, issuer, sole="yes")
    assert "ne peut pas encore être fermé" in refused.text
    with pytest.raises(WouldLockOut):
        await house.provider(issuer, sole=True)
    await link(house, alice, provider_id, "alice")
    assert (await sign_on(house, house.visitor(), provider_id, "alice")).status_code == 303
    closed = await resubmit(alice, provider_id, issuer, sole="yes")
    assert closed.status_code == 303, closed.text
    visitor = house.visitor()
    page = await visitor.get("/agents/connexion")
    assert 'type="password"' not in page.text
    tried = await visitor.submit(
        "/agents/connexion", {"email": "alice@exemple.fr", "password": PASSWORD}
    )
    assert tried.status_code == 422
    assert "Le mot de passe est fermé ici" in tried.text
    assert await service.open_passwords(SYSTEM) == 1
    assert 'type="password"' in (await visitor.get("/agents/connexion")).text


async def test_a_deletion_says_what_it_touches_and_ends_it(
    alice: Visitor, house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer)
    await link(house, alice, provider_id, "alice")
    visitor = house.visitor()
    await sign_on(house, visitor, provider_id, "alice")
    asked = await alice.get(f"{LIST}/{provider_id}/suppression")
    assert "1 agent n’y sera plus relié." in asked.text
    assert "1 session ouverte par lui prend fin." in asked.text
    assert (await alice.submit(f"{LIST}/{provider_id}/suppression")).status_code == 303
    assert (await visitor.get("/agents")).status_code == 303
    assert (await alice.get("/agents")).status_code == 200
    assert (await alice.get(f"{LIST}/{provider_id}")).status_code == 404


async def test_switched_off_lets_nobody_in_not_even_who_is_on_the_way(
    house: House, alice: Visitor, issuer: str
) -> None:
    provider_id = await house.provider(issuer)
    await link(house, alice, provider_id, "alice")
    visitor = house.visitor()
    start = await visitor.get(f"/agents/connexion/{provider_id}")
    async with AtProvider() as browser:
        callback = await browser.sign_on(start.headers["location"], "alice")
    await alice.submit(f"{LIST}/{provider_id}/activation", {"on": "no"})
    assert (await come_back(house, visitor, callback)).status_code == 403
    await service.remove(provider_id, SYSTEM)


@pytest.mark.parametrize("profile", PROFILES)
async def test_each_profile_begins_with_a_form_of_its_own(alice: Visitor, profile: str) -> None:
    page = await alice.get(f"{LIST}/nouveau?profil={profile}")
    assert page.status_code == 200
    assert f'name="profile" value="{profile}"' in page.text
    assert ('name="pkce"' in page.text) == (not PROFILES[profile].pkce_fixed)  # type: ignore[index] - one of its own keys
    assert (await alice.get(f"{LIST}/nouveau?profil=unknown")).status_code == 404


async def test_a_new_key_takes_every_secret_over(house: House, issuer: str) -> None:
    provider_id = await house.provider(issuer)
    settings = house.app.settings
    newer = "a-newer-key-that-is-long-enough-to-be-one"
    sealing.configure(Settings(encryption_keys=(newer, *settings.encryption_keys)))
    try:
        assert await rotate_all() > 0
        sealing.configure(Settings(encryption_keys=(newer,)))
        assert sealing.unseal((await service.provider(provider_id)).secret) == SECRET
        sealing.configure(Settings(encryption_keys=(*settings.encryption_keys, newer)))
        await rotate_all()
    finally:
        sealing.configure(settings)
    assert sealing.unseal((await service.provider(provider_id)).secret) == SECRET


async def test_every_sealed_column_is_known_to_the_command_that_changes_the_key(
    house: House,
) -> None:
    del house
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            """
            SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
                a.attname
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = a.attnum
            WHERE d.description LIKE 'sealed%'
            """
        )
    known = {(place.table, place.column) for place in sealed_columns()}
    assert {(row[0], row[1]) for row in rows} == known


async def test_nobody_parts_from_their_only_way_in(house: House, issuer: str) -> None:
    provider_id = await house.provider(issuer, **house.creating(await role_of(house)))
    visitor = house.visitor()
    assert (await sign_on(house, visitor, provider_id, "zoe")).status_code == 303
    kept = await visitor.submit(f"/agents/identites/{provider_id}/retrait")
    assert kept.status_code == 409
    assert "votre seul moyen de vous connecter" in kept.text
    assert (await visitor.get("/agents")).status_code == 200
    await service.remove(provider_id, SYSTEM)

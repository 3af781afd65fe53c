from collections.abc import Callable, Generator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from creneau.context import Tenant, acting_for
from creneau.organisations.service import organisations
from creneau.plugins import installed
from creneau.refusals import InvalidInput, NotFound
from creneau.roles.service import roles
from creneau_infra.outbox.service import put
from creneau_infra.postgres.transactions import (
    Transaction,
    directory_transaction,
    tenant_transaction,
)
from creneau_infra.settings import Settings, load
from creneau_tenants import addresses, service
from creneau_tenants.schemas import Branding, TenantDraft

from tests.platform.cast import new_tenant


@pytest.fixture(autouse=True)
def usual_address(settings: Settings) -> None:
    """Serve the platform where the settings say, whatever another test has served before."""
    addresses.configure(settings)


@pytest.fixture
def platform_at(settings: Settings) -> Generator[Callable[..., None], None, None]:
    """Serve the platform at another address for the time of a test."""

    def serve(**variables: str) -> None:
        addresses.configure(
            load({f"CRENEAU_{name.upper()}": value for name, value in variables.items()})
        )

    yield serve
    addresses.configure(settings)


async def test_a_tenant_is_found_by_its_host(alone: Tenant) -> None:
    directory = await service.tenant_by_host(f"{alone.slug}.localhost")
    assert directory is not None
    assert directory.tenant == alone
    assert directory.tenant.public_url == f"http://{alone.slug}.localhost:8000"
    assert directory.branding == Branding()


async def test_an_unknown_or_unverified_host_is_nobodys(alone: Tenant) -> None:
    assert await service.tenant_by_host("unknown.localhost") is None
    assert await service.tenant_by_host(alone.slug) is None
    async with tenant_transaction(alone.id) as tx:
        await tx.execute(
            "INSERT INTO domain (host, tenant_id, is_primary) VALUES ($1, $2, false)",
            f"rdv.{alone.slug}.fr",
            alone.id,
        )
    assert await service.tenant_by_host(f"rdv.{alone.slug}.fr") is None


async def test_a_look_up_is_one_statement(alone: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    one = Transaction.one

    async def counted(tx: Transaction, shape: Any, sql: str, *args: Any) -> Any:
        asked.append(sql)
        return await one(tx, shape, sql, *args)

    monkeypatch.setattr(Transaction, "one", counted)
    assert await service.tenant_by_host(f"{alone.slug}.localhost")
    assert len(asked) == 1


async def test_a_tenant_is_listed_and_found_by_id_and_slug(alone: Tenant) -> None:
    assert alone.id in await service.tenant_ids()
    assert alone in [directory.tenant for directory in await service.tenants()]
    found = await service.tenant_by_id(alone.id)
    assert found is not None
    assert found.tenant == alone
    assert (await service.tenant_by_slug(alone.slug)).tenant == alone
    assert await service.tenant_by_id(uuid4()) is None
    with pytest.raises(NotFound):
        await service.tenant_by_slug("nobody-at-all")


async def test_a_new_tenant_has_its_roles_and_nothing_of_others(alone: Tenant) -> None:
    with acting_for(alone):
        assert [role.code for role in await roles()] == ["administrator", "agent", "secretary"]
        assert await organisations() == []


@pytest.mark.parametrize("before", ["active", "onboarding"])
async def test_a_suspended_tenant_is_off_the_air_and_goes_back_to_what_it_was(
    database: object, before: str
) -> None:
    assert database
    tenant = await new_tenant(state=before)
    await service.suspend(tenant.id)
    await service.suspend(tenant.id)
    found = await service.tenant_by_host(f"{tenant.slug}.localhost")
    assert found is not None
    assert found.state == "suspended"
    assert tenant.id not in await service.tenant_ids()
    assert await service.tenant_by_id(tenant.id) is None
    await service.publish(tenant.id)
    assert (await service.tenant_by_slug(tenant.slug)).state == "suspended"
    await service.resume(tenant.id)
    await service.resume(tenant.id)
    assert (await service.tenant_by_slug(tenant.slug)).state == before
    assert tenant.id in await service.tenant_ids()


async def test_what_waited_during_a_suspension_leaves_afterwards_but_for_old_codes(
    alone: Tenant,
) -> None:
    async with tenant_transaction(alone.id) as tx:
        for kind in ("mail.email_code", "mail.booking"):
            await put(tx, kind, {"n": 1}, key=kind)
    await service.suspend(alone.id)
    async with tenant_transaction(alone.id) as tx:
        await put(tx, "mail.email_code", {"n": 2}, key="fresh")
        await tx.execute(
            "UPDATE outbox SET created_at = now() - interval '1 day' WHERE idempotency_key <> 'fresh'"
        )
    await service.resume(alone.id)
    async with tenant_transaction(alone.id) as tx:
        rows = await tx.rows("SELECT idempotency_key AS key FROM outbox WHERE done_at IS NULL")
    assert {row["key"] for row in rows} == {"mail.booking", "fresh"}


async def test_a_tenant_being_set_up_says_so(database: object) -> None:
    assert database
    tenant = await new_tenant(state="onboarding")
    assert (await service.tenant_by_slug(tenant.slug)).state == "onboarding"
    await service.publish(tenant.id)
    assert (await service.tenant_by_slug(tenant.slug)).state == "active"


async def test_an_address_is_given_once(alone: Tenant) -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.create_tenant(TenantDraft(slug=alone.slug, name="Une autre"))
    assert refused.value.fields.keys() == {"slug"}


@pytest.mark.parametrize(
    "slug", ["www", "api", "a", "-ville", "ville-", "Été", "xn--ville", "1ville"]
)
async def test_reserved_and_misshapen_addresses_are_refused(slug: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.create_tenant(TenantDraft(slug=slug, name="Ville"))
    assert refused.value.fields.keys() == {"slug"}


async def test_each_field_that_cannot_be_used_gets_a_sentence() -> None:
    draft = TenantDraft(
        slug="ville",
        name="",
        time_zone="Mars",
        plugins=frozenset({"teleport"}),
        branding=Branding(brand="#FFE066"),
    )
    with pytest.raises(InvalidInput) as refused:
        await service.create_tenant(draft)
    assert refused.value.fields.keys() == {"name", "time_zone", "plugins", "brand"}
    assert refused.value.fields["plugins"] == "Ce module n’est pas installé : teleport."


async def test_a_plugin_is_switched_on_and_off_for_one_tenant(alone: Tenant) -> None:
    other = await new_tenant()
    name = installed().names[0]
    await service.switch_plugin(alone.id, name, True)
    await service.switch_plugin(alone.id, name, True)
    assert (await service.tenant_by_slug(alone.slug)).tenant.plugins == {name}
    assert (await service.tenant_by_slug(other.slug)).tenant.plugins == frozenset()
    await service.switch_plugin(alone.id, name, False)
    assert (await service.tenant_by_slug(alone.slug)).tenant.plugins == frozenset()


async def test_only_an_installed_plugin_and_a_tenant_that_exists_are_switched(
    alone: Tenant,
) -> None:
    with pytest.raises(InvalidInput):
        await service.switch_plugin(alone.id, "teleport", True)
    with pytest.raises(NotFound):
        await service.switch_plugin(uuid4(), installed().names[0], True)


async def test_a_look_is_kept_with_a_readable_ink(alone: Tenant) -> None:
    kept = await service.set_branding(
        alone.id, Branding(brand="#7a2048", brand_ink="#7A2049", public_text="Bienvenue.")
    )
    assert kept == Branding(brand="#7A2048", brand_ink="#FFFFFF", public_text="Bienvenue.")
    assert (await service.tenant_by_slug(alone.slug)).branding == kept


async def test_an_unreadable_colour_is_refused_with_a_suggestion(alone: Tenant) -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.set_branding(alone.id, Branding(brand="#FFE066"))
    assert refused.value.fields == {
        "brand": "Cette couleur ne se lit pas bien sur la page. Essayez #8D7000, qui en est proche."
    }
    assert (await service.tenant_by_slug(alone.slug)).branding.brand == "#0B6E69"


async def test_only_the_tenant_itself_writes_its_lines_of_the_directory(alone: Tenant) -> None:
    other = await new_tenant()
    async with tenant_transaction(other.id) as tx:
        for statement in (
            "UPDATE tenant_profile SET brand = '#000000' WHERE tenant_id = $1",
            "UPDATE domain SET tenant_id = tenant_id WHERE tenant_id = $1",
            "DELETE FROM domain WHERE tenant_id = $1",
        ):
            assert await tx.execute(statement, alone.id) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with directory_transaction() as tx:
            await tx.execute(
                "INSERT INTO domain (host, tenant_id, is_primary) VALUES ('evil.fr', $1, false)",
                alone.id,
            )


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({"environment": "demo", "port": "8123"}, "http://{}.localhost:8123"),
        ({"environment": "demo", "port": "80"}, "http://{}.localhost"),
    ],
)
async def test_links_lead_to_the_address_that_visitors_use(
    alone: Tenant,
    platform_at: Callable[..., None],
    tmp_path: object,
    variables: dict[str, str],
    url: str,
) -> None:
    platform_at(data_dir=str(tmp_path), **variables)
    assert (await service.tenant_by_slug(alone.slug)).tenant.public_url == url.format(alone.slug)


async def test_a_production_address_shows_no_port_and_the_platforms_domain(
    database: object, platform_at: Callable[..., None]
) -> None:
    assert database
    platform_at(
        environment="production",
        base_domain="rdv.exemple.fr",
        secret_key="x" * 40,
        encryption_keys="y" * 43 + "=",
        smtp_url="smtp://localhost",
        data_dir="/nonexistent",
    )
    tenant = await new_tenant()
    assert tenant.public_url == f"https://{tenant.slug}.rdv.exemple.fr"
    assert await service.tenant_by_host(f"{tenant.slug}.rdv.exemple.fr") is not None

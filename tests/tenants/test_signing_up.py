"""A space of one's own: its address, its first administrator, and what is left if nobody comes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from creneau.agents import service as agents
from creneau.agents.schemas import Agent
from creneau.context import acting_for
from creneau.organisations import service as organisations
from creneau.refusals import InvalidInput
from creneau.roles.service import rights_of
from creneau_infra import clock
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.transactions import directory_transaction, tenant_transaction
from creneau_tenants import service as tenants
from creneau_tenants.schemas import TenantDraft
from creneau_tenants.signing_up import service
from creneau_tenants.signing_up.rules import suggestions
from creneau_tenants.signing_up.schemas import SignedUp, SignUp
from creneau_web.app import register_texts

EIGHT_DAYS = timedelta(days=8)


def wanted(slug: str = "", **changes: Any) -> SignUp:
    values: dict[str, Any] = {
        "name": "Ville de Clairval",
        "kind": "town",
        "slug": slug or f"s{uuid4().hex[:12]}",
        "first_name": "Odile",
        "last_name": "Brun",
        "email": "Odile.Brun@Clairval.example",
        "plugins": frozenset({"counter"}),
        "terms_accepted": True,
    }
    return SignUp(**{**values, **changes})


@pytest.fixture
async def signed_up(database: object) -> SignedUp:
    assert database
    return await service.sign_up(wanted())


async def administrator_of(space: SignedUp) -> Agent:
    with acting_for(space.tenant):
        return await agents.agent(space.agent_id)


async def test_a_space_is_closed_and_its_administrator_invited(signed_up: SignedUp) -> None:
    found = await tenants.tenant_by_slug(signed_up.tenant.slug)
    assert found.state == "onboarding"
    assert found.tenant.plugins == {"counter"}
    odile = await administrator_of(signed_up)
    assert (odile.email, odile.state) == ("odile.brun@clairval.example", "invited")
    with acting_for(signed_up.tenant):
        rights = await rights_of(odile.id)
        assert [one.name for one in await organisations.organisations()] == ["Ville de Clairval"]
    assert rights.everywhere("tenant:update")


async def test_the_language_and_the_clock_are_those_that_were_chosen(database: object) -> None:
    assert database
    register_texts()
    space = await service.sign_up(wanted(locale="en", territory="RE"))
    assert (space.tenant.locale, space.tenant.time_zone) == ("en", "Indian/Reunion")
    with acting_for(space.tenant):
        first = (await organisations.organisations())[0]
        assert (first.territory, first.time_zone) == ("RE", "Indian/Reunion")
        assert [one.name for one in await organisations.services()] == ["Public reception"]
    assert (await administrator_of(space)).locale == "en"


async def test_of_two_who_want_one_address_at_once_one_has_it(database: object) -> None:
    assert database
    slug = f"s{uuid4().hex[:12]}"
    both = await asyncio.gather(
        *(service.sign_up(wanted(slug, name=name)) for name in ("Clairval", "Beaumont")),
        return_exceptions=True,
    )
    refused = [one for one in both if isinstance(one, InvalidInput)]
    assert len(refused) == 1
    assert refused[0].fields == {"slug": "Cette adresse est déjà prise. Choisissez-en une autre."}
    async with directory_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM tenant WHERE slug = $1", slug) == 1


async def test_each_field_that_cannot_be_used_gets_its_sentence() -> None:
    empty = wanted(
        "www",
        name="",
        kind="circus",
        territory="XX",
        first_name="",
        last_name="",
        email="odile",
        plugins=frozenset({"teleport"}),
        terms_accepted=False,
    )
    with pytest.raises(InvalidInput) as refused:
        await service.sign_up(empty)
    assert refused.value.fields.keys() == {
        *("name", "kind", "territory", "slug", "first_name", "last_name", "email", "plugins"),
        "terms_accepted",
    }


@pytest.mark.parametrize(
    ("name", "kind", "first", "later"),
    [
        (
            "Ville de Clairval-sur-Œuvre",
            "town",
            "clairval-sur-oeuvre",
            "mairie-clairval-sur-oeuvre",
        ),
        ("Département du Nord", "departement", "nord", "departement-nord"),
        ("Mairie", "town", "mairie", "rdv-mairie"),
        ("L’Éléphant & fils", "other", "elephant-fils", "rdv-elephant-fils"),
        ("!!!", "other", "rdv", "rdv-2"),
        ("Support", "other", "rdv-support", "support-rdv"),
    ],
)
def test_a_name_suggests_addresses(name: str, kind: str, first: str, later: str) -> None:
    found = suggestions(name, kind)
    some = [next(found) for _ in range(4)]
    assert some[0] == first
    assert later in some


def test_a_long_name_suggests_whole_words() -> None:
    name = "Communauté de communes des Coteaux et Vallées de la Rivière Tranquille et du Plateau"
    for _, slug in zip(range(8), suggestions(name), strict=False):
        assert len(slug) <= 40
    assert next(suggestions(name)) == "coteaux-et-vallees-de-la-riviere"


async def test_who_wants_a_taken_address_is_shown_free_ones(signed_up: SignedUp) -> None:
    taken = await service.address(signed_up.tenant.slug, "Ville de Clairval", "town")
    assert not taken.free
    assert "déjà prise" in taken.sentence
    assert len(taken.proposals) == 3
    for slug in taken.proposals:
        assert (await service.address(slug)).free
    reserved = await service.address("admin")
    assert "réservée" in reserved.sentence
    assert not (await service.address("É")).free


async def test_a_host_that_somebody_has_is_no_address_either(signed_up: SignedUp) -> None:
    slug = f"s{uuid4().hex[:12]}"
    async with tenant_transaction(signed_up.tenant.id) as tx:
        await tx.execute(
            "INSERT INTO domain (host, tenant_id, is_primary) VALUES ($1, $2, false)",
            f"{slug}.localhost",
            signed_up.tenant.id,
        )
    assert not (await service.address(slug)).free
    with pytest.raises(InvalidInput):
        await service.sign_up(wanted(slug))
    async with directory_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM tenant WHERE slug = $1", slug) == 0


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = datetime.now(UTC) + by
    monkeypatch.setattr(clock, "now", lambda: moment)


async def rows_of(migrated: PostgresAddress, tenant_id: UUID) -> list[str]:
    """Name every table, of the core or of a plugin, with a row of a tenant."""
    connection = await asyncpg.connect(migrated.superuser_url)
    try:
        tables = await connection.fetch(
            """
            SELECT c.oid::regclass::text AS name FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
            WHERE c.relkind = 'r'
            """
        )
        found = [
            row["name"]
            for row in tables
            if await connection.fetchval(
                f"SELECT EXISTS (SELECT FROM {row['name']} WHERE tenant_id = $1)", tenant_id
            )
        ]
        if await connection.fetchval("SELECT EXISTS (SELECT FROM tenant WHERE id = $1)", tenant_id):
            found.append("tenant")
    finally:
        await connection.close()
    return found


async def test_a_space_that_nobody_verifies_is_gone_after_a_week(
    signed_up: SignedUp, migrated: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = signed_up.tenant
    assert not await service.forget_unverified(tenant.id)
    assert {"tenant", "agent", "organisation", "history"} <= set(await rows_of(migrated, tenant.id))
    later(monkeypatch, EIGHT_DAYS)
    assert await service.forget_unverified(tenant.id)
    assert await rows_of(migrated, tenant.id) == []
    assert (await service.address(tenant.slug)).free
    assert not await service.forget_unverified(tenant.id)


async def test_who_is_invited_again_has_a_week_from_then(
    signed_up: SignedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = signed_up.tenant
    await service.invite_again(tenant, "odile@clairval.example")
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute("UPDATE agent SET invited_at = invited_at + interval '6 days'")
    later(monkeypatch, EIGHT_DAYS)
    assert not await service.forget_unverified(tenant.id)
    assert await service.awaited_email(tenant) == "odile@clairval.example"
    later(monkeypatch, timedelta(days=14))
    assert await service.forget_unverified(tenant.id)
    assert await service.awaited_email(tenant) is None


async def test_a_verified_space_stays_and_so_does_one_that_the_operator_made(
    signed_up: SignedUp, alone: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alone
    async with tenant_transaction(signed_up.tenant.id) as tx:
        await tx.execute("UPDATE agent SET state = 'active'")
    made = await tenants.create_tenant(
        TenantDraft(slug=f"s{uuid4().hex[:12]}", name="Régie", state="onboarding")
    )
    later(monkeypatch, EIGHT_DAYS)
    for tenant_id in (signed_up.tenant.id, made.id):
        assert not await service.forget_unverified(tenant_id)
        assert (await tenants.tenant_by_id(tenant_id)) is not None


async def test_nobody_takes_a_space_away_from_another_s_transaction(
    signed_up: SignedUp, alone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, EIGHT_DAYS)
    assert not await service.forget_unverified(alone.id)
    assert (await tenants.tenant_by_id(signed_up.tenant.id)) is not None

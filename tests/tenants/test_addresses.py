"""A tenant's own addresses are served once its name servers prove them (T-05)."""

from collections.abc import AsyncGenerator, Generator

import msgspec
import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.refusals import InvalidInput, NotFound
from creneau_infra.settings import Settings
from creneau_tenants import addresses
from creneau_tenants.domains import service
from creneau_tenants.domains.errors import (
    AddressKept,
    AddressNotProven,
    AddressTaken,
    NameServersAway,
)
from creneau_tenants.domains.rules import checked_host
from creneau_tenants.domains.schemas import Claim
from creneau_tenants.service import tenant_by_host

from tests.platform.cast import new_tenant
from tests.tenants.name_server import NameServer, name_server


@pytest.fixture(autouse=True)
def usual_address(settings: Settings) -> None:
    addresses.configure(settings)


@pytest.fixture
async def names() -> AsyncGenerator[NameServer, None]:
    async with name_server() as server:
        yield server


@pytest.fixture
def asking(settings: Settings, names: NameServer) -> Settings:
    return msgspec.structs.replace(settings, name_server=names.address)


@pytest.fixture
def town(alone: Tenant) -> Generator[Tenant]:
    with acting_for(alone):
        yield alone


def own_host(tenant: Tenant) -> str:
    return f"rdv.{tenant.slug}.fr"


async def claimed(tenant: Tenant) -> Claim:
    host = await service.claim(own_host(tenant), SYSTEM)
    found = await service.addresses()
    return next(claim for claim in found.claimed if claim.host == host)


async def test_a_claimed_address_is_not_served(town: Tenant) -> None:
    await claimed(town)
    assert await tenant_by_host(own_host(town)) is None


async def test_an_address_is_served_once_its_record_is_there(
    town: Tenant, names: NameServer, asking: Settings
) -> None:
    claim = await claimed(town)
    names.texts[claim.record] = ["something=else", claim.value]
    await service.prove(claim.host, asking, SYSTEM)
    directory = await tenant_by_host(claim.host)
    assert directory is not None
    assert directory.tenant.id == town.id
    assert (await service.addresses()).claimed == ()


@pytest.mark.parametrize("texts", [None, [], ["creneau-verification=another"]])
async def test_an_address_without_its_record_is_not_served(
    town: Tenant, names: NameServer, asking: Settings, texts: list[str] | None
) -> None:
    claim = await claimed(town)
    if texts is not None:
        names.texts[claim.record] = texts or ["v=spf1 -all"]
    with pytest.raises(AddressNotProven):
        await service.prove(claim.host, asking, SYSTEM)
    assert await tenant_by_host(claim.host) is None
    assert (await service.addresses()).claimed == (claim,)


async def test_a_silent_name_server_is_said_to_be_away(
    town: Tenant, names: NameServer, asking: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creneau_infra.names.SECONDS", 0.2)
    claim = await claimed(town)
    names.silent = True
    with pytest.raises(NameServersAway):
        await service.prove(claim.host, asking, SYSTEM)


async def test_two_tenants_may_claim_an_address_and_one_can_prove_it(
    town: Tenant, names: NameServer, asking: Settings
) -> None:
    claim = await claimed(town)
    rival = await new_tenant()
    with acting_for(rival):
        await service.claim(claim.host, SYSTEM)
        theirs = (await service.addresses()).claimed[0]
        assert theirs.value != claim.value
        names.texts[claim.record] = [claim.value]
        with pytest.raises(AddressNotProven):
            await service.prove(claim.host, asking, SYSTEM)
    await service.prove(claim.host, asking, SYSTEM)
    names.texts[claim.record] = [theirs.value]
    with acting_for(rival), pytest.raises(AddressTaken):
        await service.prove(claim.host, asking, SYSTEM)
    directory = await tenant_by_host(claim.host)
    assert directory is not None
    assert directory.tenant.id == town.id


async def test_links_lead_to_the_address_that_was_chosen(
    town: Tenant, names: NameServer, asking: Settings
) -> None:
    claim = await claimed(town)
    with pytest.raises(NotFound):
        await service.make_primary(claim.host, SYSTEM)
    names.texts[claim.record] = [claim.value]
    await service.prove(claim.host, asking, SYSTEM)
    await service.make_primary(claim.host, SYSTEM)
    directory = await tenant_by_host(f"{town.slug}.localhost")
    assert directory is not None
    assert directory.tenant.public_url == f"http://{claim.host}:8000"


async def test_giving_the_chosen_address_up_leads_links_back_to_the_platforms(
    town: Tenant, names: NameServer, asking: Settings
) -> None:
    claim = await claimed(town)
    names.texts[claim.record] = [claim.value]
    await service.prove(claim.host, asking, SYSTEM)
    await service.make_primary(claim.host, SYSTEM)
    await service.give_up(claim.host, SYSTEM)
    assert await tenant_by_host(claim.host) is None
    directory = await tenant_by_host(f"{town.slug}.localhost")
    assert directory is not None
    assert directory.tenant.public_url == f"http://{town.slug}.localhost:8000"


async def test_the_platforms_address_is_kept(town: Tenant) -> None:
    with pytest.raises(AddressKept):
        await service.give_up(f"{town.slug}.localhost", SYSTEM)


async def test_an_address_of_another_tenant_is_not_there(town: Tenant) -> None:
    rival = await new_tenant()
    del town
    for change in (service.make_primary, service.give_up):
        with pytest.raises(NotFound):
            await change(f"{rival.slug}.localhost", SYSTEM)
    assert await tenant_by_host(f"{rival.slug}.localhost") is not None


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("rdv.ville.fr", "rdv.ville.fr"),
        ("  HTTPS://RDV.Ville.fr/agents?x=1 ", "rdv.ville.fr"),
        ("rdv.ville.fr:8443", "rdv.ville.fr"),
        ("rdv.ville.fr.", "rdv.ville.fr"),
        ("rendez-vous.orléans.fr", "rendez-vous.xn--orlans-dva.fr"),
    ],
)
def test_an_address_is_understood_however_it_was_typed(typed: str, host: str) -> None:
    assert checked_host(typed, "creneau.example") == host


@pytest.mark.parametrize(
    "typed",
    [
        *("", "localhost", "ville", "192.0.2.1", "[::1]", "-rdv.ville.fr", "rdv..ville.fr"),
        *(
            "rdv ville.fr",
            "creneau.example",
            "ville.creneau.example",
            "rdv.ville.fr\u202e",
            "é.fr" * 80,
        ),
        *("rdv.ville.1", "rdv_ville.fr", "xn--.fr", "a@b.fr"),
    ],
)
def test_what_cannot_be_an_own_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_host(typed, "creneau.example")
    assert "host" in refused.value.fields

"""What an address led to is remembered for the requests that programs send all day, and proven."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from creneau.context import Tenant
from creneau.database import tenant_transaction
from creneau_tenants import service as tenants
from creneau_tenants.schemas import Branding
from creneau_web import entries

from tests.platform.cast import Town
from tests.platform.planning import soon

ENTRY = "SELECT entry FROM tenant WHERE id = $1"
HOLDS = "SELECT count(*) FROM booking WHERE tenant_id = $1"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    entries.Memory.entries.clear()


def week(town: Town) -> dict[str, str]:
    return {"motive": str(town.motive), "from": str(soon()), "to": str(soon())}


async def first_start(caller: httpx.AsyncClient, town: Town) -> str:
    found = await caller.get("/api/v1/slots", params=week(town))
    return found.json()["slots"][0]["start"]


async def value(tenant: Tenant, sql: str) -> int:
    async with tenant_transaction(tenant.id) as tx:
        return await tx.value(sql, tx.tenant_id)


def believed(caller: httpx.AsyncClient) -> bool:
    return caller.base_url.netloc.decode() in entries.Memory.entries


async def test_a_stranger_learns_nothing_from_what_is_remembered(
    caller: httpx.AsyncClient, town: Town
) -> None:
    await caller.get("/api/v1/slots", params=week(town))
    caller.headers.pop("authorization")
    asked = await caller.get("/api/v1/slots", params=week(town))
    assert (asked.status_code, asked.json()["code"]) == (401, "token_missing")


async def test_a_suspension_holds_from_the_next_request_on(
    caller: httpx.AsyncClient, tenant: Tenant, town: Town
) -> None:
    start = await first_start(caller, town)
    assert believed(caller)
    await tenants.suspend(tenant.id)
    wish = {"motive": str(town.motive), "start": start}
    refused = [
        await caller.get("/api/v1/slots", params=week(town)),
        await caller.post("/api/v1/holds", json=wish),
    ]
    caller.headers.pop("authorization")
    refused.append(await caller.get("/api/v1/slots", params=week(town)))
    assert [one.json()["code"] for one in refused] == ["tenant_suspended"] * 3
    assert await value(tenant, HOLDS) == 0
    assert not believed(caller)


async def test_without_the_proof_a_suspended_tenant_would_go_on_answering(
    caller: httpx.AsyncClient, tenant: Tenant, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caller.get("/api/v1/slots", params=week(town))
    await tenants.suspend(tenant.id)

    def trust(here: Any, _entry: int) -> None:
        here.believed = False

    monkeypatch.setattr(entries, "prove", trust)
    assert (await caller.get("/api/v1/slots", params=week(town))).status_code == 200


async def test_what_was_sent_is_worked_off_once_although_the_entry_changed(
    caller: httpx.AsyncClient, tenant: Tenant, town: Town
) -> None:
    start = await first_start(caller, town)
    await tenants.set_branding(tenant.id, Branding(public_text="Bienvenue"))
    held = await caller.post("/api/v1/holds", json={"motive": str(town.motive), "start": start})
    assert held.status_code == 201, held.text
    assert await value(tenant, HOLDS) == 1
    assert believed(caller)


async def test_a_wrong_body_is_told_the_same_whether_the_entry_is_remembered_or_not(
    caller: httpx.AsyncClient, town: Town
) -> None:
    bodies = [b"{", b'{"motive": 3}', b'{"x": "' + b"y" * 70_000 + b'"}']
    anew = [await caller.post("/api/v1/holds", content=body) for body in bodies]
    await caller.get("/api/v1/slots", params=week(town))
    assert believed(caller)
    again = [await caller.post("/api/v1/holds", content=body) for body in bodies]
    assert [(one.status_code, one.json()["code"]) for one in anew] == [(422, "invalid_input")] * 3
    assert [one.json()["code"] for one in again] == [one.json()["code"] for one in anew]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tenant SET name = 'Autre' WHERE id = $1",
        "UPDATE tenant_profile SET footer = 'Autre' WHERE tenant_id = $1",
        "UPDATE domain SET verified_at = now() WHERE tenant_id = $1",
        "INSERT INTO domain (host, tenant_id, is_primary) VALUES (gen_random_uuid() || '.fr', $1, false)",
        "DELETE FROM domain WHERE tenant_id = $1",
    ],
)
async def test_whatever_changes_what_an_address_leads_to_counts_the_entry_on(
    tenant: Tenant, sql: str
) -> None:
    before = await value(tenant, ENTRY)
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute(sql, tx.tenant_id)
    assert await value(tenant, ENTRY) > before


async def test_an_address_that_is_taken_away_leads_nowhere_at_once(
    caller: httpx.AsyncClient, tenant: Tenant, town: Town
) -> None:
    await caller.get("/api/v1/slots", params=week(town))
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute("DELETE FROM domain WHERE tenant_id = $1", tx.tenant_id)
    gone = await caller.get("/api/v1/slots", params=week(town))
    assert (gone.status_code, gone.json()["code"]) == (404, "tenant_unknown")


async def test_no_more_is_remembered_than_there_is_room_for(
    caller: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_REMEMBERED", 1)
    entries.Memory.entries["autre.localhost"] = _any_entry()
    await caller.get("/api/v1/slots", params=week(town))
    assert list(entries.Memory.entries) == [caller.base_url.netloc.decode()]


def _any_entry() -> Any:
    return UUID(int=0)

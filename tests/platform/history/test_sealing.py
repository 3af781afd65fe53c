"""Nobody alters the history unseen (C-66): rights refuse it, and the chain shows it."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from creneau.context import SYSTEM, Tenant
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import first_id_at, written_at
from creneau.history.sealing import queries, service
from creneau.history.sealing.schemas import Head, Verdict
from creneau.history.sealing.service import seal, seal_all, verify
from creneau_infra.clock import now
from creneau_infra.postgres.embedded import PostgresAddress

from tests.platform.cast import Stranger


async def write(number: int = 1) -> None:
    async with tenant_transaction() as tx:
        for position in range(number):
            details = {"changed": ["name", "é"], "number": position}
            await history.record(tx, SYSTEM, "place.updated", "place", uuid4(), details)


@pytest.fixture
async def sealed(tenant: Tenant) -> Tenant:
    """A tenant with a chain of some entries."""
    await write(6)
    await seal_all(tenant.id)
    assert (await verify(tenant.id)).wrong == 0
    return tenant


@pytest.fixture
async def intruder(postgres: PostgresAddress) -> AsyncGenerator[Any, None]:
    """Somebody with all rights, whom no trigger stops either."""
    connection = await asyncpg.connect(postgres.superuser_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def entry_at(position: int) -> UUID:
    async with tenant_transaction() as tx:
        (link,) = await queries.links(tx, position - 1, 1)
    assert link.position == position
    return link.history_id


def named(verdict: Verdict) -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.position) for fault in verdict.faults]


@pytest.mark.feature("C-66")
async def test_what_was_written_is_linked_afterwards_and_verified(tenant: Tenant) -> None:
    await write(3)
    before = await verify(tenant.id)
    assert before.head is None
    assert before.waiting >= 3
    assert await seal(tenant.id) == before.waiting
    await write(2)
    assert await seal(tenant.id) == 2
    assert await seal(tenant.id) == 0
    found = await verify(tenant.id)
    assert (found.sealed, found.waiting, found.wrong) == (before.waiting + 2, 0, 0)
    assert found.head is not None
    assert found.head.position == found.sealed


async def test_many_are_sealed_and_verified_some_at_a_time(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    monkeypatch.setattr(service, "READ_AT_ONCE", 3)
    await write(11)
    await seal(tenant.id)
    found = await verify(tenant.id)
    assert (found.waiting, found.wrong) == (0, 0)
    assert found.sealed >= 11


async def test_several_sealers_at_once_make_one_chain(tenant: Tenant) -> None:
    await write(40)
    await asyncio.gather(*(seal(tenant.id) for _ in range(6)))
    await seal(tenant.id)
    found = await verify(tenant.id)
    assert (found.waiting, found.wrong) == (0, 0)


async def test_what_is_committed_late_is_sealed_later(sealed: Tenant) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        async with tenant_transaction() as tx:
            await history.record(tx, SYSTEM, "place.created", "place", uuid4())
            begun.set()
            await go_on.wait()

    task = asyncio.create_task(slowly())
    await begun.wait()
    await write()
    assert await seal(sealed.id) == 1
    go_on.set()
    await task
    assert await seal(sealed.id) == 1
    assert (await verify(sealed.id)).wrong == 0


async def test_each_tenant_has_a_chain_of_its_own(sealed: Tenant, stranger: Stranger) -> None:
    await seal_all(stranger.tenant.id)
    own, other = await verify(sealed.id), await verify(stranger.tenant.id)
    assert own.wrong == other.wrong == 0
    assert own.head
    assert other.head
    assert own.head.digest != other.head.digest


@pytest.mark.parametrize(
    "change",
    [
        'details = \'{"changed": ["name"]}\'',
        "at = at - interval '1 day'",
        "actor_kind = 'agent', actor_id = subject_id",
        "action = 'place.created'",
        "subject_id = uuidv7()",
    ],
)
@pytest.mark.feature("C-66")
async def test_an_entry_that_was_changed_is_named(
    sealed: Tenant, intruder: Any, change: str
) -> None:
    entry = await entry_at(3)
    await intruder.execute(f"UPDATE history SET {change} WHERE id = $1", entry)
    found = await verify(sealed.id)
    assert named(found) == [("changed", 3)]
    assert found.faults[0].history_id == entry


async def test_a_seal_that_was_changed_is_named(sealed: Tenant, intruder: Any) -> None:
    await intruder.execute(
        "UPDATE history_seal SET digest = sha256('x') WHERE tenant_id = $1 AND position = 3",
        sealed.id,
    )
    assert named(await verify(sealed.id)) == [("changed", 3), ("changed", 4)]


@pytest.mark.feature("C-66")
async def test_an_entry_that_is_gone_is_named(sealed: Tenant, intruder: Any) -> None:
    entry = await entry_at(2)
    await intruder.execute("DELETE FROM history WHERE id = $1", entry)
    found = await verify(sealed.id)
    assert named(found) == [("missing", 2)]


async def test_seals_that_are_gone_are_named_with_what_they_sealed(
    sealed: Tenant, intruder: Any
) -> None:
    gone = "DELETE FROM history_seal WHERE tenant_id = $1 AND position IN (2, 3)"
    await intruder.execute(gone, sealed.id)
    found = await verify(sealed.id)
    assert named(found) == [("gap", 2)]
    assert (found.faults[0].count, found.waiting) == (2, 2)


INSERT_BEFORE = """
    INSERT INTO history (tenant_id, id, at, actor_kind, subject_kind, subject_id, action)
    VALUES ($1, uuidv7('-2 hours'), now() - interval '2 hours', 'system', 'place', $1, 'place.x')
"""


@pytest.mark.feature("C-66")
async def test_an_entry_that_was_inserted_behind_the_seals_is_named(
    sealed: Tenant, intruder: Any
) -> None:
    await intruder.execute(INSERT_BEFORE, sealed.id)
    assert named(await verify(sealed.id)) == [("unsealed", None)]
    # The quick look does not reach so far back; the one of every hour does, and it stays visible.
    assert await seal(sealed.id) == 0
    assert await seal_all(sealed.id) == 1
    found = await verify(sealed.id)
    assert named(found) == [("backdated", found.sealed)]


@pytest.mark.feature("C-66")
async def test_a_chain_written_anew_is_shown_by_a_head_that_was_kept_elsewhere(
    sealed: Tenant, intruder: Any
) -> None:
    head = (await verify(sealed.id)).head
    assert head is not None
    await intruder.execute("UPDATE history SET action = 'x' WHERE tenant_id = $1", sealed.id)
    await intruder.execute("DELETE FROM history_seal WHERE tenant_id = $1", sealed.id)
    await seal_all(sealed.id)
    assert named(await verify(sealed.id)) == []
    assert named(await verify(sealed.id, head)) == [("rewritten", head.position)]


async def test_an_end_that_was_cut_off_is_shown_by_a_head_that_was_kept_elsewhere(
    sealed: Tenant, intruder: Any
) -> None:
    head = (await verify(sealed.id)).head
    assert head is not None
    last = await entry_at(head.position)
    await intruder.execute("DELETE FROM history_seal WHERE history_id = $1", last)
    await intruder.execute("DELETE FROM history WHERE id = $1", last)
    assert named(await verify(sealed.id)) == []
    assert named(await verify(sealed.id, head)) == [("shortened", head.position)]


async def test_a_chain_that_only_grew_agrees_with_a_head_from_before(sealed: Tenant) -> None:
    head = (await verify(sealed.id)).head
    await write(3)
    await seal(sealed.id)
    assert named(await verify(sealed.id, head)) == []
    assert named(await verify(sealed.id, Head(1, bytes(32)))) == [("rewritten", 1)]


@pytest.mark.feature("C-66")
@pytest.mark.parametrize("table", ["history", "history_seal"])
@pytest.mark.parametrize("role", ["app_url", "owner_url", "superuser_url"])
async def test_whoever_tries_the_history_is_only_added_to(
    sealed: Tenant, postgres: PostgresAddress, role: str, table: str
) -> None:
    connection: Any = await asyncpg.connect(getattr(postgres, role))
    await connection.execute(f"SET creneau.tenant_id = '{sealed.id}'")
    for statement in (
        f"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = '{sealed.id}'",
        f"DELETE FROM {table} WHERE tenant_id = '{sealed.id}'",
        f"TRUNCATE {table}",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
    assert named(await verify(sealed.id)) == []


@pytest.mark.usefixtures("sealed")
async def test_a_function_of_the_same_name_opens_no_way(postgres: PostgresAddress) -> None:
    connection: Any = await asyncpg.connect(postgres.superuser_url)
    await connection.execute(
        """
        CREATE FUNCTION pg_temp.forget_sign_up(before timestamptz) RETURNS void
        LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.history; END'
        """
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("SELECT pg_temp.forget_sign_up(now())")
    await connection.close()


def test_an_id_tells_when_it_was_made() -> None:
    moment = now().replace(microsecond=0)
    assert written_at(first_id_at(moment)) == moment
    assert first_id_at(moment) < first_id_at(moment + timedelta(milliseconds=1))

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from asyncpg import Range
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.errors import (
    DatabaseUnavailableError,
    NestedTransactionError,
    OutsideTransactionError,
    TenantNotSetError,
    TransactionAbortedError,
)
from creneau_infra.postgres.transactions import (
    Transaction,
    current_tenant_id,
    directory_transaction,
    tenant_transaction,
)
from piccolo import columns
from piccolo.table import Table

pytestmark = pytest.mark.usefixtures("single")

INSERT = "INSERT INTO thing (tenant_id, label) VALUES ($1, $2)"
LABELS = "SELECT label FROM thing WHERE tenant_id = $1 ORDER BY label"
BROKEN_AT_COMMIT = "INSERT INTO thing (tenant_id, label, parent_id) VALUES ($1, 'orphan', uuidv7())"


class Thing(Table, tablename="thing"):
    tenant_id = columns.UUID()
    id = columns.UUID(primary_key=True)
    label = columns.Text()


async def labels(tenant_id: UUID) -> Sequence[str]:
    async with tenant_transaction(tenant_id) as tx:
        return [row["label"] for row in await tx.rows(LABELS, tenant_id)]


async def add(tx: Transaction, label: str) -> None:
    assert await tx.execute(INSERT, tx.tenant_id, label) == 1


async def test_what_is_done_inside_is_kept_and_only_the_tenant_sees_it(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await add(tx, "mine")
    assert await labels(tenant_id) == ["mine"]
    async with tenant_transaction(uuid4()) as tx:
        assert await tx.rows(LABELS, tenant_id) == []
    async with directory_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM thing") == 0


async def test_a_row_of_another_tenant_cannot_be_written(tenant_id: UUID) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_transaction(tenant_id) as tx:
            await tx.execute(INSERT, uuid4(), "theirs")


async def test_the_requests_own_tenant_is_the_default(tenant_id: UUID) -> None:
    token = current_tenant_id.set(tenant_id)
    try:
        async with tenant_transaction() as tx:
            assert tx.tenant_id == tenant_id
            assert await tx.value("SHOW creneau.tenant_id") == str(tenant_id)
    finally:
        current_tenant_id.reset(token)


async def test_without_a_tenant_nothing_opens() -> None:
    with pytest.raises(TenantNotSetError):
        async with tenant_transaction():
            pass


async def test_nesting_is_refused_and_leaves_the_outer_one_whole(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        with pytest.raises(NestedTransactionError):
            async with tenant_transaction(tenant_id):
                pass
        with pytest.raises(NestedTransactionError):
            async with directory_transaction():
                pass
        await add(tx, "outer")
    assert await labels(tenant_id) == ["outer"]


async def test_an_error_inside_undoes_everything(tenant_id: UUID) -> None:
    async def fail() -> None:
        async with tenant_transaction(tenant_id) as tx:
            await add(tx, "undone")
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await fail()
    assert await labels(tenant_id) == []


async def test_a_commit_that_fails_gives_the_connection_back(tenant_id: UUID) -> None:
    for _ in range(3):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with tenant_transaction(tenant_id) as tx:
                await tx.execute(BROKEN_AT_COMMIT, tenant_id)
    assert DB.current_transaction.get() is None
    assert await labels(tenant_id) == []


async def test_an_error_that_was_swallowed_is_noticed_at_the_end(tenant_id: UUID) -> None:
    async def swallow() -> None:
        async with tenant_transaction(tenant_id) as tx:
            with suppress(asyncpg.DivisionByZeroError):
                await tx.value("SELECT 1 / 0")

    with pytest.raises(TransactionAbortedError):
        await swallow()
    assert await labels(tenant_id) == []


async def test_a_savepoint_undoes_its_own_part(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await add(tx, "before")
        with suppress(asyncpg.DivisionByZeroError):
            async with tx.savepoint():
                await add(tx, "inside")
                await tx.value("SELECT 1 / 0")
        async with tx.savepoint():
            await add(tx, "after")
    assert await labels(tenant_id) == ["after", "before"]


async def test_a_request_that_is_cancelled_gives_the_connection_back(tenant_id: UUID) -> None:
    started = asyncio.Event()

    async def request() -> None:
        async with tenant_transaction(tenant_id) as tx:
            await add(tx, "half done")
            started.set()
            await tx.value("SELECT pg_sleep(60)")

    for _ in range(3):
        started.clear()
        task = asyncio.create_task(request())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await labels(tenant_id) == []


async def test_a_request_that_is_cancelled_while_it_waits_takes_nothing(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id):
        waiting = [asyncio.create_task(_in_its_own_context(tenant_id)) for _ in range(3)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
    assert await labels(tenant_id) == []


async def _in_its_own_context(tenant_id: UUID) -> Sequence[str]:
    # A task begun inside a transaction inherits it, and must not reach through it.
    DB.current_transaction.set(None)
    return await labels(tenant_id)


async def test_a_task_that_outlives_the_transaction_opens_its_own(tenant_id: UUID) -> None:
    over = asyncio.Event()

    async def later() -> Sequence[str]:
        await over.wait()
        return await labels(tenant_id)

    async with tenant_transaction(tenant_id) as tx:
        await add(tx, "first")
        task = asyncio.create_task(later())
    over.set()
    assert await task == ["first"]


async def test_callbacks_run_after_the_commit_only_and_in_order(tenant_id: UUID) -> None:
    seen: list[Any] = []

    async def look() -> None:
        seen.append(await labels(tenant_id))

    async def fail() -> None:
        seen.append("fails")
        raise ValueError("told in the log")

    async with tenant_transaction(tenant_id) as tx:
        await add(tx, "kept")
        tx.after_commit(fail)
        tx.after_commit(look)
        assert seen == []
    assert seen == ["fails", ["kept"]]


async def test_callbacks_of_what_was_undone_do_not_run(tenant_id: UUID) -> None:
    seen: list[str] = []

    async def note() -> None:
        seen.append("called")

    with suppress(ValueError):
        async with tenant_transaction(tenant_id) as tx:
            tx.after_commit(note)
            raise ValueError
    async with tenant_transaction(tenant_id) as tx:
        with suppress(ValueError):
            async with tx.savepoint():
                tx.after_commit(note)
                raise ValueError
    assert seen == []


class Row(msgspec.Struct, frozen=True):
    id: UUID
    at: datetime
    extra: dict[str, Any]
    period: Range[datetime]
    labels: tuple[str, ...]


async def test_rows_become_structs(tenant_id: UUID) -> None:
    sql = """
    SELECT uuidv7() AS id, '2026-11-20 09:30+01'::timestamptz AS at, $1::jsonb AS extra,
        tstzrange('2026-11-20', '2026-11-21') AS period, ARRAY['a', 'b'] AS labels
    FROM generate_series(1, $2::int)
    """
    async with tenant_transaction(tenant_id) as tx:
        rows = await tx.all(Row, sql, {"lms.course": [1, "é"]}, 2)
        one = await tx.one(Row, sql, msgspec.json.encode({"x": None}).decode(), 1)
        none = await tx.one(Row, sql, {}, 0)
    assert [row.extra for row in rows] == [{"lms.course": [1, "é"]}] * 2
    assert rows[0].at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert rows[0].period.lower == datetime(2026, 11, 20, tzinfo=UTC)
    assert one is not None
    assert (one.extra, one.labels) == ({"x": None}, ("a", "b"))
    assert none is None


async def test_many_rows_go_in_at_once(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await tx.many(INSERT, ((tenant_id, f"{number:03}") for number in range(500)))
        assert (
            await tx.execute("UPDATE thing SET label = label WHERE tenant_id = $1", tenant_id)
            == 500
        )


async def test_piccolo_runs_inside_the_same_transaction(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await add(tx, "by hand")
        await Thing(tenant_id=tenant_id, id=uuid4(), label="by Piccolo").save()
        found = await Thing.select(Thing.label).order_by(Thing.label)
    assert [row["label"] for row in found] == ["by Piccolo", "by hand"]


async def test_piccolo_runs_nowhere_else(tenant_id: UUID) -> None:
    with pytest.raises(OutsideTransactionError):
        await Thing.select()
    with pytest.raises(OutsideTransactionError):
        DB.transaction()
    async with tenant_transaction(tenant_id):
        with pytest.raises(OutsideTransactionError):
            DB.transaction()
        with pytest.raises(OutsideTransactionError):
            await Thing.select().batch()


async def end(pid: int, probe: PostgresAddress) -> None:
    superuser = await asyncpg.connect(probe.superuser_url)
    await superuser.execute("SELECT pg_terminate_backend($1, 5000)", pid)
    await superuser.close()


async def test_a_server_that_ends_the_connection_is_told_as_away(
    tenant_id: UUID, probe: PostgresAddress
) -> None:
    async def request() -> None:
        async with tenant_transaction(tenant_id) as tx:
            await end(await tx.value("SELECT pg_backend_pid()"), probe)
            await add(tx, "lost")

    with pytest.raises(DatabaseUnavailableError):
        await request()
    assert await labels(tenant_id) == []


async def test_a_connection_lost_between_two_requests_is_replaced_unnoticed(
    tenant_id: UUID, probe: PostgresAddress
) -> None:
    async with tenant_transaction(tenant_id) as tx:
        pid = await tx.value("SELECT pg_backend_pid()")
    await end(pid, probe)
    assert await labels(tenant_id) == []


async def test_a_connection_that_dies_at_the_commit_is_told_as_away(
    tenant_id: UUID, probe: PostgresAddress
) -> None:
    async def request() -> None:
        async with tenant_transaction(tenant_id) as tx:
            await add(tx, "unknown")
            await end(await tx.value("SELECT pg_backend_pid()"), probe)

    with pytest.raises(DatabaseUnavailableError):
        await request()
    assert await labels(tenant_id) == []


async def test_without_a_pool_the_database_is_away(
    tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DB, "pool", None)
    with pytest.raises(DatabaseUnavailableError):
        await labels(tenant_id)

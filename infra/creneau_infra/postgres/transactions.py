import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog

from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.errors import GONE, TenantNotSetError

Shape = TypeVar("Shape")
Callback = Callable[[], Awaitable[None]]
MOST_TOGETHER: Final = 5000

current_tenant_id: ContextVar[UUID | None] = ContextVar("current_tenant_id", default=None)
_log = structlog.stdlib.get_logger(__name__)


class Transaction:
    """An open transaction: statements in PostgreSQL's own dialect, `$1` for parameters."""

    def __init__(self, connection: Any, tenant_id: UUID | None) -> None:
        self.tenant_id = tenant_id
        self._connection = connection
        self._savepoints = 0
        self._after_commit: list[Callback] = []

    async def all(self, shape: type[Shape], sql: str, *args: Any) -> list[Shape]:
        """Read every row as `shape`, a msgspec struct whose fields are named like the columns."""
        records = await self._connection.fetch(sql, *args)
        return msgspec.convert([dict(record) for record in records], list[shape])

    async def one(self, shape: type[Shape], sql: str, *args: Any) -> Shape | None:
        """Read the first row as `shape`, or None when there is none."""
        record = await self._connection.fetchrow(sql, *args)
        return None if record is None else msgspec.convert(dict(record), shape)

    async def rows(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Read every row as asyncpg hands it out."""
        return await self._connection.fetch(sql, *args)

    async def value(self, sql: str, *args: Any) -> Any:
        """Read the first column of the first row, or None when there is none."""
        return await self._connection.fetchval(sql, *args)

    async def each(
        self,
        shape: type[Shape],
        sql: str,
        *args: Any,
        sink: Callable[[Sequence[Shape]], Awaitable[None]],
        at_once: int,
    ) -> None:
        """Hand every row to `sink`, so many at a time: a cursor keeps the rest on the server."""
        cursor = await self._connection.cursor(sql, *args)
        while records := await cursor.fetch(at_once):
            await sink(msgspec.convert([dict(record) for record in records], list[shape]))

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement and tell how many rows it touched; 0 where that has no sense."""
        status: str = await self._connection.execute(sql, *args)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters, thousands in one go: each go has its time."""
        waiting = iter(rows)
        while together := list(islice(waiting, MOST_TOGETHER)):
            await self._connection.executemany(sql, together)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None, None]:
        """Undo what was done inside, callbacks included, when the block raises."""
        self._savepoints += 1
        name = f"creneau_{self._savepoints}"
        waiting = len(self._after_commit)
        await self._connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            del self._after_commit[waiting:]
            # On a connection that was lost this fails too, and the first error is the one told.
            with contextlib.suppress(*GONE, asyncpg.InterfaceError):
                await self._connection.execute(f"ROLLBACK TO {name}; RELEASE {name}")
            raise
        await self._connection.execute(f"RELEASE {name}")

    def after_commit(self, callback: Callback) -> None:
        """Call back once COMMIT has succeeded; what it raises is logged, never raised."""
        self._after_commit.append(callback)

    async def run_after_commit(self) -> None:
        """Run what waited for the commit, in order."""
        for callback in self._after_commit:
            try:
                await callback()
            except Exception:  # noqa: BLE001 - the commit stands: the caller must not hear otherwise
                _log.exception("after_commit_failed")


@asynccontextmanager
async def tenant_transaction(tenant_id: UUID | None = None) -> AsyncGenerator[Transaction, None]:
    """Open a transaction that sees one tenant's rows: `tenant_id`, or the request's own.

    Raises:
        TenantNotSetError: Neither is set.
        NestedTransactionError: A transaction is already open; use a savepoint.
        DatabaseUnavailableError: PostgreSQL is away or went away.
        TransactionAbortedError: An error inside was swallowed, so that nothing was committed.
    """
    tenant = current_tenant_id.get() if tenant_id is None else tenant_id
    if tenant is None:
        raise TenantNotSetError("no tenant is set for this piece of work")
    async with _transaction(tenant) as transaction:
        yield transaction


@asynccontextmanager
async def directory_transaction() -> AsyncGenerator[Transaction, None]:
    """Open a transaction without a tenant: it sees the directory, and no row of any tenant.

    Raises:
        NestedTransactionError: A transaction is already open; use a savepoint.
        DatabaseUnavailableError: PostgreSQL is away or went away.
    """
    async with _transaction(None) as transaction:
        yield transaction


def directory_reader() -> Transaction:
    """Read the directory, and no row of any tenant, a statement and a round trip at a time.

    What every request begins with needs no BEGIN and COMMIT around it.

    Raises:
        NestedTransactionError: A transaction is already open.
    """
    return Transaction(DB.one_by_one(), None)


@asynccontextmanager
async def _transaction(tenant_id: UUID | None) -> AsyncGenerator[Transaction, None]:
    async with DB.open(_opening(tenant_id)) as held:
        transaction = Transaction(held.connection, tenant_id)
        yield transaction
    await transaction.run_after_commit()


def _opening(tenant_id: UUID | None) -> str:
    # SET takes no parameter: only what a UUID prints can get in. One round trip for both.
    tenant = "" if tenant_id is None else str(UUID(str(tenant_id)))
    return f"BEGIN; SET LOCAL creneau.tenant_id = '{tenant}'"

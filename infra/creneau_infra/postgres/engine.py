import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Literal, NoReturn, Self, cast

import asyncpg
import msgspec
from asyncpg.pool import Pool, PoolConnectionProxy
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from creneau_infra.postgres.errors import (
    BROKEN,
    GONE,
    DatabaseUnavailableError,
    NestedTransactionError,
    OutsideTransactionError,
    TransactionAbortedError,
)

SECONDS_TO_WAIT_FOR_A_CONNECTION = 10.0
SECONDS_FOR_A_STATEMENT = 60.0
_USE = "use tenant_transaction or directory_transaction"


class RepairedTransaction(PostgresTransaction):
    """Piccolo's transaction, which gives its connection back whatever happens.

    The one of Piccolo keeps the connection and stays current when COMMIT fails or the request
    is cancelled, and joins an outer transaction in silence.
    """

    connection: PoolConnectionProxy

    def __init__(self, engine: "CreneauEngine", opening: str) -> None:
        super().__init__(engine)
        self._parent = None
        self.opening = opening
        self.is_open = False

    async def __aenter__(self) -> Self:
        try:
            await self._connect_and_begin()
        except (*BROKEN, OSError, TimeoutError) as error:
            raise DatabaseUnavailableError("PostgreSQL cannot be reached") from error
        self.context = self.engine.current_transaction.set(self)
        self.is_open = True
        return self

    async def _connect_and_begin(self) -> None:
        try:
            await self._acquire_and_begin()
        except BROKEN:
            # The pool cannot know that the server restarted until a connection of it was tried;
            # nothing was asked yet, so a second try is safe.
            await self._acquire_and_begin()

    async def _acquire_and_begin(self) -> None:
        self.connection = await self.get_connection()
        try:
            await self.begin()
        except BaseException as error:
            if isinstance(error, BROKEN):
                _drop(self.connection)
            await self._give_back()
            raise

    async def get_connection(self) -> PoolConnectionProxy:
        """Take a connection of the pool, waiting for one if need be."""
        pool = self.engine.pool
        if pool is None:
            raise DatabaseUnavailableError("the connection pool is not started")
        # Where one is idle nobody waits, and no clock has to be set.
        waits = SECONDS_TO_WAIT_FOR_A_CONNECTION if pool.get_idle_size() == 0 else None
        return await pool.acquire(timeout=waits)

    async def begin(self) -> None:
        """Send BEGIN and what belongs to it in one round trip."""
        await self.connection.execute(self.opening)

    async def commit(self) -> None:
        """Commit, and notice when PostgreSQL rolled back instead."""
        if await self.connection.execute("COMMIT") != "COMMIT":
            self._rolled_back = True
            raise TransactionAbortedError("an error inside the transaction was swallowed")
        self._committed = True

    async def rollback(self) -> None:
        """Undo everything."""
        await self.connection.execute("ROLLBACK")
        self._rolled_back = True

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        try:
            await self._end(exception)
        except (*BROKEN, asyncpg.InterfaceError) as lost:
            _drop(self.connection)
            raise DatabaseUnavailableError("PostgreSQL went away") from lost
        finally:
            self.is_open = False
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return False

    async def _end(self, error: BaseException | None) -> None:
        if error is None:
            if not self._committed and not self._rolled_back:
                await self.commit()
            return
        if isinstance(error, BROKEN) or (
            isinstance(error, Exception) and _is_lost(self.connection)
        ):
            _drop(self.connection)
            raise DatabaseUnavailableError("PostgreSQL went away") from error
        await self._roll_back_or_drop()

    async def _roll_back_or_drop(self) -> None:
        try:
            if not self._rolled_back and not _is_lost(self.connection):
                await self.rollback()
        except BaseException as error:
            # Dropping the connection makes the server roll back; the first error is the one told.
            _drop(self.connection)
            if isinstance(error, asyncio.CancelledError):
                raise

    async def _give_back(self) -> None:
        if self.engine.pool is not None:
            await self.engine.pool.release(self.connection)


def _drop(connection: PoolConnectionProxy) -> None:
    if not _is_lost(connection):
        connection.terminate()


def _is_lost(connection: PoolConnectionProxy) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        # The pool has taken a connection back that the server closed.
        return True


class OneByOne:
    """Statements outside any transaction, each on whatever connection is free.

    Only for reading what belongs to no tenant: nothing says whose rows may be seen, so that no
    tenant's are.
    """

    def __init__(self, engine: "CreneauEngine") -> None:
        self._engine = engine

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Read every row; a second try on another connection when the first was dead."""
        try:
            try:
                return await self._fetch(sql, *args)
            except (*BROKEN, asyncpg.InterfaceError):
                return await self._fetch(sql, *args)
        except (*BROKEN, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise DatabaseUnavailableError("PostgreSQL cannot be reached") from error

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """Read the first row."""
        return next(iter(await self.fetch(sql, *args)), None)

    async def _fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        if self._engine.pool is None:
            raise DatabaseUnavailableError("the connection pool is not started")
        pool = self._engine.pool
        connection = await pool.acquire(timeout=SECONDS_TO_WAIT_FOR_A_CONNECTION)
        try:
            return await connection.fetch(sql, *args)
        except BROKEN:
            _drop(connection)
            raise
        finally:
            await pool.release(connection)


class MigrationSession:
    """What Piccolo takes for its transaction while a migration runs: the owner's connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    @asynccontextmanager
    async def joined(self, *, allow_nested: bool) -> AsyncGenerator["MigrationSession", None]:
        """Let Piccolo run inside the transaction that the migrator opened."""
        if not allow_nested:
            raise NestedTransactionError("a migration runs in one transaction")
        yield self


class CreneauEngine(PostgresEngine):
    """The one engine of a process: made at import, connected by `start_pool`."""

    def __init__(self) -> None:
        super().__init__(config={})

    async def check_version(self) -> None:
        """Skip Piccolo's own check, which would connect while the module is imported."""

    async def prep_database(self) -> None:
        """Skip Piccolo's extensions: the migrations make them."""

    async def start_pool(self, url: str, *, size: int = 10) -> None:
        """Connect to `url` as the application's role, with up to `size` connections."""
        if self.pool is not None:
            raise RuntimeError("the connection pool is already started")
        self.pool = await make_pool(url, size=size)

    async def stop_pool(self) -> None:
        """Close every connection, waiting at most five seconds for those in use."""
        pool, self.pool = self.pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), timeout=5)
        except TimeoutError:
            pool.terminate()

    def open(self, opening: str) -> RepairedTransaction:
        """Prepare a transaction whose first statements, BEGIN included, are `opening`.

        Raises:
            NestedTransactionError: One is already open in this task.
        """
        self._refuse_nesting()
        return RepairedTransaction(self, opening)

    def one_by_one(self) -> OneByOne:
        """Prepare reading outside any transaction.

        Raises:
            NestedTransactionError: A transaction is open in this task, and holds a connection.
        """
        self._refuse_nesting()
        return OneByOne(self)

    def _refuse_nesting(self) -> None:
        current = self.current_transaction.get()
        if current is not None and getattr(current, "is_open", True):
            raise NestedTransactionError("a transaction is already open: use a savepoint")

    def transaction(self, allow_nested: bool = True) -> Any:  # noqa: FBT001, FBT002 - Piccolo's own signature
        """Give Piccolo's migrations the transaction that `migrate` opened; nobody else gets one.

        Raises:
            OutsideTransactionError: No migration is running.
        """
        session = migration_session()
        if session is None:
            raise OutsideTransactionError(_USE)
        return session.joined(allow_nested=allow_nested)

    async def get_new_connection(self) -> NoReturn:
        """Refuse Piccolo's connections of its own: they would carry no tenant."""
        raise OutsideTransactionError(_USE)

    async def _run_in_pool(self, query: str, args: Any = None) -> NoReturn:
        del query, args
        raise OutsideTransactionError(_USE)

    async def _run_in_new_connection(self, query: str, args: Any = None) -> NoReturn:
        del query, args
        raise OutsideTransactionError(_USE)


async def make_pool(url: str, *, size: int) -> Pool:
    """Open a pool whose connections read JSON into plain objects and speak UTC.

    Raises:
        DatabaseUnavailableError: The server does not answer.
    """
    try:
        return await asyncpg.create_pool(
            url,
            min_size=min(2, size),
            max_size=size,
            command_timeout=SECONDS_FOR_A_STATEMENT,
            max_inactive_connection_lifetime=300,
            init=prepare_connection,
            reset=_leave_as_it_is,
            # Compiling a statement costs more than any of ours takes.
            server_settings={"application_name": "creneau", "TimeZone": "UTC", "jit": "off"},
        )
    except (*GONE, OSError, TimeoutError) as error:
        raise DatabaseUnavailableError("PostgreSQL cannot be reached") from error


async def prepare_connection(connection: Any) -> None:
    """Read and write jsonb as plain objects; a text is taken as JSON already written."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=_encode_json, decoder=msgspec.json.decode
        )


def _encode_json(value: Any) -> str:
    # Piccolo hands over JSON that it has written itself.
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


async def _leave_as_it_is(_connection: Any) -> None:
    """Save the round trip of RESET ALL: every transaction sets the tenant anew, by SET LOCAL."""


DB = CreneauEngine()


def migration_session() -> MigrationSession | None:
    """Give the session of the migration that runs in this task, if one does."""
    current = cast("object", DB.current_transaction.get())
    return current if isinstance(current, MigrationSession) else None

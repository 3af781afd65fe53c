import asyncpg
from asyncpg import exceptions


class TenantNotSetError(LookupError):
    """Tenant data was asked for, and nobody said whose."""


class NestedTransactionError(RuntimeError):
    """A transaction was opened inside another; use a savepoint."""


class OutsideTransactionError(RuntimeError):
    """A query was run outside `tenant_transaction` or `directory_transaction`."""


class TransactionAbortedError(RuntimeError):
    """PostgreSQL answered COMMIT with ROLLBACK, because an error inside had been swallowed."""


class DatabaseUnavailableError(RuntimeError):
    """PostgreSQL cannot be reached, went away, or has no connection left: try again soon."""


GONE = (
    asyncpg.PostgresConnectionError,
    exceptions.AdminShutdownError,
    exceptions.CrashShutdownError,
    exceptions.CannotConnectNowError,
    exceptions.TooManyConnectionsError,
    ConnectionError,
)
"""What asyncpg raises when the server is away, and never for a statement's own fault."""

BROKEN = (*GONE, asyncpg.InternalClientError)
"""The same, and what asyncpg raises while it still reads the last words of a killed server."""

REFUSED = asyncpg.PostgresError
"""What a constraint or trigger raises; its `constraint_name` says which of ours it is."""

STILL_NAMED = asyncpg.ForeignKeyViolationError
"""What is raised when a row is deleted that another one still names."""

NOT_WAITED = asyncpg.LockNotAvailableError
"""What is raised when somebody else holds a lock for longer than a transaction wants to wait."""

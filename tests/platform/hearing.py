"""Listening to what is said to the database."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB, prepare_connection

Heard = list[str]


@asynccontextmanager
async def hearing(postgres: PostgresAddress) -> AsyncGenerator[Heard, None]:
    """Note every statement, BEGIN and COMMIT included, all on one connection."""
    statements: Heard = []

    def hear(query: Any) -> None:
        # asyncpg asks for types that it meets for the first time: that is no part of the work.
        if not any(name in query.query for name in ("pg_type", "'jit'")):
            statements.append(query.query)

    async def listen(connection: Any) -> None:
        await prepare_connection(connection)
        connection.add_query_logger(hear)

    kept, DB.pool = DB.pool, None
    DB.pool = await asyncpg.create_pool(
        postgres.app_url, min_size=1, max_size=1, init=listen, reset=_leave_it
    )
    yield statements
    await DB.stop_pool()
    DB.pool = kept


async def _leave_it(_connection: Any) -> None:
    """Keep the listener where it is."""

"""Databases beside the suite's own, for tests that need one to themselves."""

import asyncpg
import msgspec
from creneau_infra.postgres.embedded import PostgresAddress

EMPTY = "template1"


async def new_database(
    address: PostgresAddress, name: str, *, like: str = EMPTY
) -> PostgresAddress:
    """Make a database, a copy of one in which nobody works; give the addresses that lead to it."""
    connection = await asyncpg.connect(address.superuser_url)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {like} OWNER creneau_owner")
    finally:
        await connection.close()
    return named(address, name)


def named(address: PostgresAddress, name: str) -> PostgresAddress:
    """Give the addresses that lead to another database of the same server."""
    urls = msgspec.structs.asdict(address)
    return PostgresAddress(
        **{role: url.replace("/creneau?", f"/{name}?") for role, url in urls.items()}
    )


async def drop(address: PostgresAddress, name: str) -> None:
    """Throw a database away, whoever is still connected to it."""
    connection = await asyncpg.connect(address.superuser_url)
    try:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()

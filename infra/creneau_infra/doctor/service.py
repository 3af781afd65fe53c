"""What an operator is told about the machinery: facts, without a word to anybody."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from creneau_infra.doctor import queries
from creneau_infra.postgres.migrations import migration_names
from creneau_infra.postgres.transactions import directory_transaction


class Database(msgspec.Struct, frozen=True):
    """How the database stands: migrations that were not run, and what keeps tenants apart."""

    missing: Sequence[str]
    loose: Sequence[str]
    role_too_mighty: bool


class Disk(msgspec.Struct, frozen=True):
    """How much room there is, in bytes."""

    free: int
    total: int


async def database(apps: Sequence[str], directory: frozenset[str]) -> Database:
    """Look at the database; `directory` names the tables that are readable without a tenant.

    Raises:
        DatabaseUnavailableError: PostgreSQL is away.
    """
    async with directory_transaction() as tx:
        ran = await queries.migrations_run(tx)
        return Database(
            missing=[
                f"{app}/{name}" for app, name in migration_names(apps) if (app, name) not in ran
            ],
            loose=await queries.loose_tables(tx, directory),
            role_too_mighty=await queries.role_too_mighty(tx),
        )


def disk(folder: Path) -> Disk:
    """Tell how much room there is where the data lies."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    found = shutil.disk_usage(there)
    return Disk(found.free, found.total)

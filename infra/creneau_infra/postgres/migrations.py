import asyncio
import contextlib
import inspect
import io
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import asyncpg
import structlog
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.conf.apps import AppConfig

from creneau_infra.postgres.engine import (
    DB,
    MigrationSession,
    migration_session,
    prepare_connection,
)
from creneau_infra.postgres.errors import OutsideTransactionError

ONE_MIGRATOR_AT_A_TIME = 7_262_017_340
"""The advisory lock's number: chosen once, never used for anything else."""

LOCK_TIMEOUT = "5s"
"""A migration that waits for a lock makes everybody else wait behind it."""

TRIES = 20
SECONDS_BETWEEN_TRIES = 1.0
APP_ROLE = "creneau_app"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")

_log = structlog.stdlib.get_logger(__name__)


async def migrate(owner_url: str, apps: Sequence[str]) -> list[str]:
    """Bring the database up to date and tell what was run, as `app/migration`.

    `apps` are dotted modules that hold an `APP_CONFIG` (`creneau.piccolo_app`), in the order in
    which they are migrated. Only one process migrates at a time, the others wait for it; a
    migration that cannot get its locks within five seconds steps back and tries again. The
    address must lead to PostgreSQL itself, not to a pooler that shares sessions.
    """
    connection: Any = await asyncpg.connect(owner_url)
    try:
        await prepare_connection(connection)
        await connection.execute("SET client_min_messages = warning; SET lock_timeout = 0")
        await connection.execute("SELECT pg_advisory_lock($1)", ONE_MIGRATOR_AT_A_TIME)
        await connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        return await _migrate_all(connection, apps)
    finally:
        await connection.close()


def migration_names(apps: Sequence[str]) -> list[tuple[str, str]]:
    """List the migrations that there are, as application and name, in their order."""
    configs = [cast("AppConfig", import_module(app).APP_CONFIG) for app in apps]
    return [
        (config.app_name, _id_of(module)) for config in configs for module in _migrations_of(config)
    ]


async def run_script(sql: str) -> None:
    """Run several statements, without parameters, on the migration's own connection.

    Raises:
        OutsideTransactionError: No migration is running.
    """
    session = migration_session()
    if session is None:
        raise OutsideTransactionError("scripts belong into migrations")
    await session.connection.execute(sql)


async def _migrate_all(connection: Any, apps: Sequence[str]) -> list[str]:
    await _prepare_database(connection)
    done: list[str] = []
    for app in apps:
        config = cast("AppConfig", import_module(app).APP_CONFIG)
        ran = await _already_run(connection, config.app_name)
        for module in _migrations_of(config):
            if module.ID not in ran:
                await _run_with_patience(connection, config.app_name, module)
                done.append(f"{config.app_name}/{module.ID}")
    return done


async def _prepare_database(connection: Any) -> None:
    for extension in EXTENSIONS:
        await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS migration (id serial PRIMARY KEY,"
        " name varchar(200) NOT NULL DEFAULT '', app_name varchar(200) NOT NULL DEFAULT '',"
        " ran_on timestamp NOT NULL DEFAULT now(), UNIQUE (app_name, name))"
    )
    if await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", APP_ROLE):
        await connection.execute(_GRANTS)


# What the owner creates later, plugins' schemas included, is the application's to use but never
# to define. The application sees nothing of other tenants by these rights: the policies decide.
_GRANTS = f"""
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO {APP_ROLE};
    ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {APP_ROLE};
    ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE};
    ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE};
    GRANT SELECT ON migration TO {APP_ROLE};
"""


async def _already_run(connection: Any, app_name: str) -> set[str]:
    rows = await connection.fetch("SELECT name FROM migration WHERE app_name = $1", app_name)
    return {row["name"] for row in rows}


def _migrations_of(config: AppConfig) -> list[ModuleType]:
    """Load the app's migrations by path, in the order of their ids.

    Piccolo imports them by bare name, so that two apps with a `0001_initial.py` would share one.
    """
    folder = Path(config.resolved_migrations_folder_path)
    files = sorted(file for file in folder.glob("*.py") if file.name != "__init__.py")
    modules = [_load(config.app_name, file) for file in files]
    return sorted((module for module in modules if hasattr(module, "ID")), key=_id_of)


def _id_of(module: ModuleType) -> str:
    return str(module.ID)


def _load(app_name: str, file: Path) -> ModuleType:
    spec = spec_from_file_location(f"creneau_migrations.{app_name}.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file.name} of {app_name} cannot be loaded")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def _run_with_patience(connection: Any, app_name: str, module: ModuleType) -> None:
    for left in reversed(range(TRIES)):
        try:
            await _run(connection, app_name, module)
        except asyncpg.LockNotAvailableError:
            if not left:
                raise
            _log.warning("migration_waits", app=app_name, migration=module.ID, tries_left=left)
            await asyncio.sleep(SECONDS_BETWEEN_TRIES)
        else:
            _log.info("migrated", app=app_name, migration=module.ID)
            return


async def _run(connection: Any, app_name: str, module: ModuleType) -> None:
    token = DB.current_transaction.set(cast("Any", MigrationSession(connection)))
    try:
        manager = await module.forwards()
        if isinstance(manager, MigrationManager) and not manager.wrap_in_transaction:
            await _run_manager(manager)
            await _remember(connection, app_name, module)
            return
        async with connection.transaction():
            await _run_manager(manager)
            await _remember(connection, app_name, module)
    finally:
        DB.current_transaction.reset(token)


async def _run_manager(manager: object) -> None:
    if isinstance(manager, MigrationManager):
        manager.raw = [_awaiting(raw) for raw in manager.raw]
        # Piccolo prints its progress; ours goes to the log.
        with contextlib.redirect_stdout(io.StringIO()):
            await manager.run()


def _awaiting(raw: Callable[[], object]) -> Callable[[], Awaitable[None]]:
    # Piccolo awaits `async def` functions only: a lambda's coroutine would be lost in silence.
    async def awaited() -> None:
        result = raw()
        if inspect.isawaitable(result):
            await result

    return awaited


async def _remember(connection: Any, app_name: str, module: ModuleType) -> None:
    await connection.execute(
        "INSERT INTO migration (name, app_name) VALUES ($1, $2)", module.ID, app_name
    )

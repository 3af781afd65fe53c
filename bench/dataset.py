"""The data that is measured on: many tenants of the same size, 7,000 appointments each.

Seeded and relative to the day it is made; kept until a migration is changed or the days run out.
"""

import hashlib
import shutil
import time
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from creneau.context import Tenant
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from creneau_infra.postgres.migrations import migrate
from creneau_web.migrations import migration_apps
from filling import Shape, fill

TENANTS = 200
AGENTS = 50
PLACES = 5
DAYS = 90
APPOINTMENTS = 1_400_000
DAYS_BEFORE_IT_IS_OLD = 45
BYTES_OF_AN_APPOINTMENT = 2_500
"""On the disk while it is made, with all that belongs to it and the log of it."""


class Made(msgspec.Struct, frozen=True):
    """What stands in the folder: `migrations` that it has been through, by the digest of each."""

    migrations: dict[str, str]
    shape: Shape
    first_day: date
    seconds: float


def shape_of(tenants: int) -> Shape:
    """Say what so many tenants of the same size hold together."""
    return Shape(tenants, AGENTS, PLACES, DAYS, APPOINTMENTS * tenants // TENANTS)


def slug(number: int) -> str:
    """Name the last of so many tenants."""
    return f"bench-{number:03}"


def token(tenant: int, number: int = 0) -> str:
    """Give the secret of a program's token; each tenant has as many as the races need."""
    return f"bench-token-{tenant}-{number}"


async def prepare(
    server: EmbeddedPostgres, folder: Path, tokens: int, tenants: int = TENANTS
) -> tuple[PostgresAddress, Made]:
    """Start the server with the data in it, made anew where there is none that fits.

    The server's own folder is `main` inside of the given one.
    """
    note = folder / "dataset.json"
    address = server.start()
    found = _read(note)
    if found is None or not _fits(found, tenants):
        server.stop()
        note.unlink(missing_ok=True)
        shutil.rmtree(server.home, ignore_errors=True)
        found = await _make(folder, tokens, tenants)
        address = server.start()
    # What has come since is carried out on the data, as it is for those who use the software.
    await migrate(address.owner_url, migration_apps())
    found = msgspec.structs.replace(found, migrations=_migrations())
    note.write_bytes(msgspec.json.encode(found))
    return address, found


async def _make(folder: Path, tokens: int, tenants: int) -> Made:
    needed = shape_of(tenants).appointments * BYTES_OF_AN_APPOINTMENT
    if shutil.disk_usage(folder).free < needed:
        raise SystemExit(f"{folder}: {needed // 10**9} GB must be free to make the data")
    started = time.perf_counter()
    first_day = date.today()  # noqa: DTZ011 - a day is near enough
    await fill(folder / "main", shape_of(tenants), first_day, tokens)
    seconds = round(time.perf_counter() - started, 1)
    return Made(_migrations(), shape_of(tenants), first_day, seconds)


def _read(note: Path) -> Made | None:
    try:
        return msgspec.json.decode(note.read_bytes(), type=Made)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _fits(made: Made, tenants: int) -> bool:
    young = date.today() - made.first_day < timedelta(days=DAYS_BEFORE_IT_IS_OLD)  # noqa: DTZ011 - a day is near enough
    unchanged = made.migrations.items() <= _migrations().items()
    return young and unchanged and made.shape == shape_of(tenants)


def _migrations() -> dict[str, str]:
    """Digest every migration: data that went through another one are no measure of ours."""
    return {
        f"{app}/{file.name}": hashlib.sha256(file.read_bytes()).hexdigest()
        for app in migration_apps()
        for file in _folder(app).glob("*.sql")
    }


def _folder(app: str) -> Path:
    return Path(import_module(app).APP_CONFIG.migrations_folder_path)


class LargeTown(msgspec.Struct, frozen=True):
    """The tenant that races take place in."""

    host: str
    tenant: Tenant
    organisation: UUID
    service: UUID
    place: UUID
    motive: UUID
    agents: list[UUID]


async def last_tenant(address: PostgresAddress, tenants: int = TENANTS) -> LargeTown:
    """Look up the tenant that nothing else is measured on."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        row = await connection.fetchrow(
            """
            SELECT t.id, t.slug, t.name, o.id AS organisation, s.id AS service, m.id AS motive,
                (SELECT p.id FROM place p WHERE p.tenant_id = t.id ORDER BY p.id LIMIT 1) AS place,
                ARRAY(SELECT r.id FROM resource r WHERE r.tenant_id = t.id ORDER BY r.id) AS agents
            FROM tenant t JOIN organisation o ON o.tenant_id = t.id
            JOIN service s ON s.tenant_id = t.id
            JOIN motive m ON m.tenant_id = t.id AND m.position = 1
            WHERE t.slug = $1
            """,
            slug(tenants),
        )
    finally:
        await connection.close()
    tenant = Tenant(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        locale="fr",
        time_zone="Europe/Paris",
        public_url="",
    )
    return LargeTown(
        host=f"{tenant.slug}.localhost",
        tenant=tenant,
        organisation=row["organisation"],
        service=row["service"],
        place=row["place"],
        motive=row["motive"],
        agents=list(row["agents"]),
    )


async def clear_away(address: PostgresAddress, town: LargeTown) -> None:
    """Take out what the races left, so that the next run finds the same data."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        await connection.execute(_CLEAR.format(tenant=town.tenant.id))
    finally:
        await connection.close()


_CLEAR = """
    SET session_replication_role = replica;
    CREATE TEMP TABLE gone AS
        SELECT appointment_id AS id FROM booking WHERE tenant_id = '{tenant}' AND source = 'api'
        UNION SELECT id FROM appointment WHERE tenant_id = '{tenant}' AND group_session;
    DELETE FROM booking WHERE tenant_id = '{tenant}' AND appointment_id IN (SELECT id FROM gone);
    DELETE FROM allocation WHERE tenant_id = '{tenant}' AND appointment_id IN (SELECT id FROM gone);
    DELETE FROM appointment WHERE tenant_id = '{tenant}' AND id IN (SELECT id FROM gone);
    UPDATE opening_occurrence SET longest_gap = NULL
        WHERE tenant_id = '{tenant}' AND longest_gap IS NOT NULL;
    DELETE FROM motive WHERE tenant_id = '{tenant}' AND name LIKE 'Atelier %';
    DELETE FROM history WHERE tenant_id = '{tenant}';
    DELETE FROM history_seal WHERE tenant_id = '{tenant}';
    DELETE FROM outbox WHERE tenant_id = '{tenant}';
    DELETE FROM idempotency WHERE tenant_id = '{tenant}';
    DELETE FROM person_word WHERE tenant_id = '{tenant}' AND person_id IN (
        SELECT id FROM person WHERE tenant_id = '{tenant}' AND last_name = 'Exemple');
    DELETE FROM person_organisation WHERE tenant_id = '{tenant}' AND person_id IN (
        SELECT id FROM person WHERE tenant_id = '{tenant}' AND last_name = 'Exemple');
    DELETE FROM person p WHERE tenant_id = '{tenant}' AND last_name = 'Exemple';
"""

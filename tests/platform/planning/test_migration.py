"""Closures of before have series of their own once the schema has moved on."""

from collections.abc import AsyncGenerator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from creneau import migrations
from creneau_infra.postgres.embedded import PostgresAddress

SCRIPTS = Path(str(migrations.__file__)).parent
DATABASE = "before_planning"
ISLAND = ZoneInfo("Indian/Reunion")


def elsewhere(url: str) -> str:
    """Name another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


@pytest.fixture
async def before(migrated: PostgresAddress) -> AsyncGenerator[Any, None]:
    """Give the owner's connection to a database as it was before planning had series."""
    superuser = await asyncpg.connect(migrated.superuser_url)
    await superuser.execute(f"CREATE DATABASE {DATABASE} OWNER creneau_owner")
    inside = await asyncpg.connect(elsewhere(migrated.superuser_url))
    for extension in ("btree_gist", "pg_trgm", "unaccent"):
        await inside.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    await inside.close()
    owner = await asyncpg.connect(elsewhere(migrated.owner_url))
    for name in ("core_001_tables.sql", "core_002_security.sql"):
        await owner.execute((SCRIPTS / name).read_text(encoding="utf-8"))
    yield owner
    await owner.close()
    await superuser.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    await superuser.close()


async def add_tenant(owner: Any, slug: str) -> UUID:
    tenant = await owner.fetchval(
        "INSERT INTO tenant (slug, name) VALUES ($1, 'Ville') RETURNING id", slug
    )
    await owner.execute("SELECT set_config('creneau.tenant_id', $1, false)", str(tenant))
    return tenant


async def test_each_closure_becomes_a_series_in_local_time(before: Any) -> None:
    tenant = await add_tenant(before, "ville")
    office = await before.fetchval(
        "INSERT INTO organisation (tenant_id, name, time_zone) VALUES ($1, 'Ici', $2) RETURNING id",
        tenant,
        ISLAND.key,
    )
    starts_at = datetime(2027, 7, 14, tzinfo=ISLAND)
    ends_at = datetime(2027, 7, 15, tzinfo=ISLAND)
    closure = await before.fetchval(
        "INSERT INTO closure (tenant_id, organisation_id, label, starts_at, ends_at) "
        "VALUES ($1, $2, 'Fête', $3, $4) RETURNING id",
        tenant,
        office,
        starts_at,
        ends_at,
    )
    await before.execute("SET creneau.tenant_id = ''")
    await before.execute((SCRIPTS / "core_003_planning.sql").read_text(encoding="utf-8"))
    await before.execute("SELECT set_config('creneau.tenant_id', $1, false)", str(tenant))
    series = await before.fetchrow("SELECT * FROM closure_series")
    assert (series["id"], series["label"], series["time_zone"]) == (closure, "Fête", ISLAND.key)
    assert (series["first_day"], series["start_time"]) == (date(2027, 7, 14), time())
    assert (series["last_day"], series["end_time"]) == (date(2027, 7, 15), time())
    kept = await before.fetchrow("SELECT series_id, day, starts_at, ends_at FROM closure")
    assert tuple(kept) == (closure, date(2027, 7, 14), starts_at, ends_at)

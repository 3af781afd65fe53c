"""R-6: the catalog itself shows that every tenant's rows are kept apart."""

from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest
from creneau_infra.postgres.embedded import PostgresAddress

# Readable without a tenant, and without personal data: how a host finds its tenant.
DIRECTORY = {"tenant", "domain", "tenant_profile"}
# No tenant's at all: when a worker was last seen.
NOT_OURS = {"migration", "worker_sign"}

TABLES = """
    SELECT c.oid, c.relnamespace::regnamespace::text AS schema, c.relname AS name,
        c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
        pg_get_userbyid(c.relowner) AS owner,
        (SELECT a.attnotnull FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS not_null
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text
        NOT IN ('pg_catalog', 'information_schema') AND c.relpersistence = 'p'
"""

# Every key, unique and exclusion constraint, and every unique index, with its columns.
KEYS = """
    SELECT i.indrelid AS oid, i.indexrelid::regclass::text AS name,
        array(SELECT a.attname::text FROM pg_attribute a
              WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)) AS columns
    FROM pg_index i WHERE i.indisunique OR i.indisexclusion
"""

FOREIGN_KEYS = """
    SELECT c.conrelid AS oid, c.conname AS name, c.confrelid::regclass::text AS target,
        array(SELECT a.attname::text FROM pg_attribute a
              WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) AS columns
    FROM pg_constraint c WHERE c.contype = 'f'
"""

OWN_ROWS = (
    "(tenant_id = (NULLIF(current_setting('creneau.tenant_id'::text, true), ''::text))::uuid)"
)


@pytest.fixture
async def catalog(migrated: PostgresAddress) -> AsyncGenerator[Any, None]:
    connection = await asyncpg.connect(migrated.superuser_url)
    yield connection
    await connection.close()


async def tenant_tables(catalog: Any) -> dict[int, Any]:
    rows = await catalog.fetch(TABLES)
    return {row["oid"]: row for row in rows if row["name"] not in DIRECTORY | NOT_OURS}


async def faults(catalog: Any) -> list[str]:
    """Name everything in the catalog by which one tenant could reach another."""
    tables = await tenant_tables(catalog)
    found = [
        f"{table['name']}: tenant_id, row security or owner"
        for table in tables.values()
        if not (table["not_null"] and table["enabled"] and table["forced"])
        or table["owner"] != "creneau_owner"
    ]
    found += [
        f"{row['name']}: no tenant_id"
        for row in [*await catalog.fetch(KEYS), *await catalog.fetch(FOREIGN_KEYS)]
        if row["oid"] in tables and "tenant_id" not in row["columns"]
    ]
    return found + await policies(catalog, tables) + await views(catalog)


async def policies(catalog: Any, tables: dict[int, Any]) -> list[str]:
    rows = await catalog.fetch(
        """
        SELECT polrelid AS oid, polcmd::text AS command, polpermissive AS permissive,
            pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS check
        FROM pg_policy
        """
    )
    whole = {row["oid"] for row in rows if _keeps_apart(row)}
    loose = {row["oid"] for row in rows if row["permissive"] and not _keeps_apart(row)}
    return [f"{tables[oid]['name']}: policy" for oid in tables if oid in loose or oid not in whole]


def _keeps_apart(policy: Any) -> bool:
    return (policy["command"], policy["using"], policy["check"]) == ("*", OWN_ROWS, OWN_ROWS)


async def views(catalog: Any) -> list[str]:
    rows = await catalog.fetch(
        """
        SELECT relname FROM pg_class
        WHERE relkind = 'v' AND relnamespace::regnamespace::text
            NOT IN ('pg_catalog', 'information_schema')
            AND NOT COALESCE('security_invoker=true' = ANY (reloptions), false)
        """
    )
    return [f"{row['relname']}: view without security_invoker" for row in rows]


@pytest.mark.feature("R-6")
async def test_every_tenant_table_is_keyed_and_protected(catalog: Any) -> None:
    assert await faults(catalog) == []
    assert len(await tenant_tables(catalog)) > 25
    owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'creneau_app'"
    assert await catalog.fetchval(owned) == 0
    role = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = $1"
    for name in ("creneau_app", "creneau_owner"):
        assert await catalog.fetchval(role, name) is False


async def test_no_key_of_a_tenant_table_leads_to_a_table_that_is_not_protected(
    catalog: Any,
) -> None:
    tables = await tenant_tables(catalog)
    for row in await catalog.fetch(FOREIGN_KEYS):
        if row["oid"] in tables and row["target"] in DIRECTORY:
            assert row["columns"] == ["tenant_id"]


@pytest.mark.parametrize(
    "spoil",
    [
        "CREATE TABLE loose (id uuid PRIMARY KEY)",
        "ALTER TABLE person NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "CREATE UNIQUE INDEX loose ON history (id)",
        "CREATE POLICY loose ON person FOR SELECT USING (true)",
        "CREATE VIEW loose AS SELECT * FROM person",
        "ALTER TABLE history DROP CONSTRAINT history_pkey, ALTER tenant_id DROP NOT NULL",
    ],
)
async def test_the_catalog_test_notices_a_fault(catalog: Any, spoil: str) -> None:
    transaction = catalog.transaction()
    await transaction.start()
    await catalog.execute(spoil)
    assert await faults(catalog) != []
    await transaction.rollback()


async def test_the_history_is_only_added_to_by_the_serving_role(catalog: Any) -> None:
    rights = "SELECT has_table_privilege('creneau_app', $2, $1)"
    forbidden = ("UPDATE", "DELETE", "TRUNCATE")
    for table in ("history", "history_seal"):
        allowed = [await catalog.fetchval(rights, one, table) for one in ("SELECT", "INSERT")]
        assert allowed == [True] * 2
        assert not any([await catalog.fetchval(rights, one, table) for one in forbidden])

"""Piccolo's tables say what the migrations made."""

from importlib import import_module
from typing import Any

import asyncpg
import pytest
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_web.migrations import migration_apps

COLUMNS = """
    SELECT column_name AS name, is_nullable = 'YES' AS nullable,
        CASE data_type WHEN 'ARRAY' THEN 'ARRAY' ELSE udt_name END AS type
    FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2
"""
SAME_TYPE = {
    "UUID": "uuid",
    "TEXT": "text",
    "BOOLEAN": "bool",
    "TIMESTAMPTZ": "timestamptz",
    "DATE": "date",
    "TIME": "time",
    "INTEGER": "int4",
    "BIGINT": "int8",
    "DOUBLE PRECISION": "float8",
    "INTERVAL": "interval",
    "JSONB": "jsonb",
    "BYTEA": "bytea",
    "TSTZRANGE": "tstzrange",
    "TEXT[]": "ARRAY",
    "TIMESTAMPTZ[]": "ARRAY",
    "UUID[]": "ARRAY",
}


def declared(table: Any) -> set[tuple[str, bool, str]]:
    return {
        (column._meta.db_column_name, column._meta.null, SAME_TYPE[column.column_type])
        for column in table._meta.columns
        # Where the key has no column of its own, Piccolo invents a number.
        if column.column_type != "SERIAL"
    }


@pytest.mark.parametrize("app", migration_apps())
async def test_tables_and_catalog_say_the_same(app: str, migrated: PostgresAddress) -> None:
    connection = await asyncpg.connect(migrated.superuser_url)
    for table in import_module(app).APP_CONFIG.table_classes:
        rows = await connection.fetch(
            COLUMNS, table._meta.schema or "public", table._meta.tablename
        )
        made = {(row["name"], row["nullable"], row["type"]) for row in rows}
        assert declared(table) == made, table
    await connection.close()


async def test_every_table_of_the_catalog_is_declared(migrated: PostgresAddress) -> None:
    connection = await asyncpg.connect(migrated.superuser_url)
    rows = await connection.fetch(
        "SELECT schemaname, tablename FROM pg_tables WHERE tableowner = 'creneau_owner'"
    )
    await connection.close()
    known = {
        (table._meta.schema or "public", table._meta.tablename)
        for app in migration_apps()
        for table in import_module(app).APP_CONFIG.table_classes
    }
    assert {(row["schemaname"], row["tablename"]) for row in rows} - known == {
        ("public", "migration")
    }

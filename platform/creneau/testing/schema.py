"""Whether a plugin's Piccolo tables and its schema in the database are the same."""

from importlib import import_module
from types import ModuleType
from typing import Any

from creneau.database import Transaction

Columns = dict[str, set[str]]


async def schema_faults(tx: Transaction, name: str, module: ModuleType) -> list[str]:
    """Name each difference between what a plugin declares and what its migrations made."""
    if not hasattr(module, "register_migrations"):
        return []
    config = import_module(module.register_migrations()).APP_CONFIG
    declared = {_place(table): _columns(table) for table in config.table_classes}
    faults = [
        f"{place}: lies outside the schema {name}"
        for place in declared
        if not place.startswith(f"{name}.")
    ]
    if config.app_name != name:
        faults.append(f"{config.app_name}: the Piccolo app has the plugin's name")
    return [*faults, *_differences(declared, await _made(tx, name))]


def _differences(declared: Columns, made: Columns) -> list[str]:
    return [
        f"{place}: declared {sorted(declared.get(place, set()))}, made {sorted(made.get(place, set()))}"
        for place in sorted(declared.keys() | made.keys())
        if declared.get(place) != made.get(place)
    ]


def _place(table: Any) -> str:
    meta = table._meta  # noqa: SLF001 - Piccolo's own way to ask a table
    return f"{meta.schema or 'public'}.{meta.tablename}"


def _columns(table: Any) -> set[str]:
    return {column._meta.db_column_name for column in table._meta.columns}  # noqa: SLF001 - the same


async def _made(tx: Transaction, schema: str) -> Columns:
    found = await tx.rows(
        """
        SELECT table_schema || '.' || table_name AS place, array_agg(column_name::text) AS columns
        FROM information_schema.columns
        WHERE table_schema = $1
        GROUP BY 1
        """,
        schema,
    )
    return {row["place"]: set(row["columns"]) for row in found}

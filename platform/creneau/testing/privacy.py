"""Whether a person's export and erasure reach everything that a plugin keeps about them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from creneau.contributions import PersonalData
from creneau.database import Transaction
from creneau.sealing import SealBrokenError, unseal

SHORTEST_TRACE: Final = 3
"""Shorter texts are codes, such as a language, and turn up anywhere."""

BYTES: Final = "\\x"
Rows = list[dict[str, Any]]


async def unforgotten(
    tx: Transaction, schema: str, person_id: UUID, parts: Sequence[PersonalData]
) -> list[str]:
    """Export, then erase a person, and name what was not handed out and what is still there.

    The schema's tables that lead to a person or a booking hold the person's rows already; the
    tenant has no other.
    """
    tables = await tables_about_persons(tx, schema)
    before = {table: await _rows(tx, table) for table in tables}
    exported = [await part.export(tx, person_id) for part in parts]
    for part in parts:
        await part.erase(tx, person_id)
    return [
        *(f"{table}: has no row to test with" for table, rows in before.items() if not rows),
        *_not_exported(before, msgspec.json.encode(exported).decode()),
        *[fault for table in tables for fault in _left(table, before, await _rows(tx, table))],
    ]


def _not_exported(before: dict[str, Rows], exported: str) -> Iterator[str]:
    spoken = set(_traces([json.loads(exported)]))
    for table, rows in before.items():
        missing = set(_traces(rows)) - spoken
        if missing:
            yield f"{table}: {len(missing)} values are not in the export"


def _left(table: str, before: dict[str, Rows], after: Rows) -> Iterator[str]:
    kept = set(_traces(before[table])) & set(_traces(after))
    if kept:
        yield f"{table}: {len(kept)} values outlive the erasure"


def _traces(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        match value:
            case dict():
                yield from _traces(value.values())
            case list():
                yield from _traces(value)
            case str() if len(value) >= SHORTEST_TRACE and not _is_technical(value):
                yield value
            case _:
                pass


def _is_technical(text: str) -> bool:
    for read in (UUID, datetime.fromisoformat):
        try:
            read(text)
        except ValueError:
            continue
        return True
    return False


async def _rows(tx: Transaction, table: str) -> Rows:
    found = await tx.rows(
        f"SELECT to_jsonb(t)::text AS row FROM {table} t WHERE tenant_id = $1",  # noqa: S608 - a name from the catalogue
        tx.tenant_id,
    )
    return [
        {name: _opened(value) for name, value in json.loads(row["row"]).items()} for row in found
    ]


def _opened(value: Any) -> Any:
    """Give what a sealed value holds: it must be handed out like any other."""
    if not (isinstance(value, str) and value.startswith(BYTES)):
        return value
    try:
        text = unseal(bytes.fromhex(value.removeprefix(BYTES)))
    except SealBrokenError:
        return value
    try:
        return json.loads(text)
    except ValueError:
        return text


async def left_behind(tx: Transaction, schema: str, gone_id: UUID) -> list[str]:
    """Name the tables of a schema in which something still leads to a file that was merged away."""
    found = await tx.rows(
        """
        SELECT k.conrelid::regclass::text AS name, a.attname AS column FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid AND c.relnamespace = to_regnamespace($1)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)
            AND a.attname <> 'tenant_id'
        WHERE k.contype = 'f' AND k.confrelid = 'public.person'::regclass
        """,
        schema,
    )
    return [
        f"{row['name']}: still leads to the file that is gone"
        for row in found
        if await tx.value(
            f"SELECT EXISTS (SELECT FROM {row['name']} WHERE {row['column']} = $1)",  # noqa: S608 - names from the catalogue
            gone_id,
        )
    ]


async def tables_about_persons(tx: Transaction, schema: str) -> list[str]:
    """List a schema's tables that lead to a person or a booking, directly or by another table."""
    found = await tx.rows(
        """
        WITH RECURSIVE about AS (
            SELECT 'public.person'::regclass::oid AS id
            UNION SELECT 'public.booking'::regclass::oid
            UNION
            SELECT k.conrelid
            FROM about
            JOIN pg_constraint k ON k.contype = 'f' AND k.confrelid = about.id
            JOIN pg_class c ON c.oid = k.conrelid AND c.relnamespace = to_regnamespace($1)
        )
        SELECT c.oid::regclass::text AS name
        FROM about
        JOIN pg_class c ON c.oid = about.id AND c.relnamespace = to_regnamespace($1)
        ORDER BY 1
        """,
        schema,
    )
    return [row["name"] for row in found]

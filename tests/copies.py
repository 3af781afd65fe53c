"""What many tests begin with is made once in a process by the use cases, and then copied.

A copy is what they make, row by row: with ids of its own, in the same order, and made just now.
"""

import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import msgspec
from argon2 import PasswordHasher
from creneau.agents import passwords
from creneau.context import Tenant, current_tenant
from creneau.database import tenant_transaction
from creneau_infra.clock import now

from tests import days

Made = TypeVar("Made", bound=msgspec.Struct)
Asked = ParamSpec("Asked")
Kind = tuple[str, PasswordHasher, frozenset[str], str, str, date]

# Generated columns are PostgreSQL's to fill.
TABLES = """
    SELECT c.oid::regclass::text AS name,
        string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'SELECT')
        AND EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id')
    GROUP BY c.oid ORDER BY name
"""
ROWS = "SELECT COALESCE(jsonb_agg(to_jsonb(t)), '[]') FROM {table} t WHERE tenant_id = $1"
# What a tenant has from its beginning and is named by what is added.
ROLES = "SELECT code, id FROM role WHERE tenant_id = $1"
VALUES = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00"
)
VERSION = 7 << 76
VARIANT = 0b10 << 62
MILLISECONDS_FROM = 80
COUNT_FROM = 64
RANDOM_BITS = 62
MICROSECOND = timedelta(microseconds=1)


class Table(msgspec.Struct, frozen=True):
    """A table of tenants, with the columns that are written."""

    name: str
    columns: str


class Found(msgspec.Struct, frozen=True):
    """The rows of a table that are one tenant's."""

    table: Table
    rows: list[dict[str, Any]]


class Role(msgspec.Struct, frozen=True):
    """A built-in role, which has another id in each tenant."""

    code: str
    id: UUID


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """What one call of a maker added to a tenant, and what it gave."""

    tenant: UUID
    statement: str
    text: str
    ids: list[str]
    moments: list[str]
    roles: list[Role]
    made: Any

    async def copied(self, tenant: Tenant) -> Any:
        """Add the same to another tenant; give what its maker would have given."""
        async with tenant_transaction(tenant.id) as tx:
            own = {role.code: str(role.id) for role in await tx.all(Role, ROLES, tenant.id)}
            new = self._made_now() | {str(role.id): own[role.code] for role in self.roles}
            new[str(self.tenant)] = str(tenant.id)
            text = VALUES.sub(lambda found: new.get(found[0], found[0]), self.text)
            await tx.execute(self.statement, text)
        return _with_ids(self.made, new, tenant)

    def _made_now(self) -> dict[str, str]:
        # One after the other as they were, after all that is there and before all that follows.
        at, first = now(), len(self.moments)
        moments = {
            old: (at - (first - number) * MICROSECOND).isoformat()
            for number, old in enumerate(self.moments)
        }
        return moments | {old: str(_id(at, number)) for number, old in enumerate(self.ids)}


_patterns: dict[Kind, Pattern] = {}


def copied(make: Callable[Asked, Awaitable[Made]]) -> Callable[Asked, Awaitable[Made]]:
    """Let a maker of rows in the current tenant work once for each kind of tenant, and be copied."""

    @wraps(make)
    async def give(*args: Asked.args, **kwargs: Asked.kwargs) -> Made:
        tenant = current_tenant.get()
        kind = _kind(make, tenant)
        if kind in _patterns:
            return await _patterns[kind].copied(tenant)
        since, before = now(), await everything_of(tenant)
        made = await make(*args, **kwargs)
        added = _added(before, await everything_of(tenant))
        async with tenant_transaction(tenant.id) as tx:
            roles = await tx.all(Role, ROLES, tenant.id)
        _patterns[kind] = _pattern(tenant, since, added, roles, made)
        return made

    return give


def _kind(make: Callable[..., object], tenant: Tenant) -> Kind:
    """Name all that decides what a maker makes."""
    return (
        f"{make.__module__}.{make.__qualname__}",
        passwords.HASHER,
        tenant.plugins,
        tenant.locale,
        tenant.time_zone,
        days.today(),
    )


async def everything_of(tenant: Tenant) -> list[Found]:
    """Read all that a tenant has, by table."""
    async with tenant_transaction(tenant.id) as tx:
        return [
            Found(table, await tx.value(ROWS.format(table=table.name), tenant.id))
            for table in await tx.all(Table, TABLES)
        ]


def _added(before: list[Found], after: list[Found]) -> list[Found]:
    old = {found.table.name: found.rows for found in before}
    new = [
        Found(one.table, [row for row in one.rows if row not in old[one.table.name]])
        for one in after
    ]
    return [one for one in new if one.rows]


def _pattern(
    tenant: Tenant, since: datetime, added: list[Found], roles: list[Role], made: Any
) -> Pattern:
    text = msgspec.json.encode({one.table.name: one.rows for one in added}).decode()
    values = set(VALUES.findall(text))
    return Pattern(
        tenant=tenant.id,
        statement=_statement([one.table for one in added]),
        text=text,
        ids=sorted(values & {row["id"] for one in added for row in one.rows if "id" in row}),
        moments=sorted(value for value in values if "T" in value and _is_since(since, value)),
        roles=roles,
        made=made,
    )


def _is_since(since: datetime, moment: str) -> bool:
    return since <= datetime.fromisoformat(moment) <= now()


def _statement(tables: list[Table]) -> str:
    # In one statement, the keys that lead from one table to another are tried at its end.
    parts = [
        f"added_{number} AS (INSERT INTO {table.name} ({table.columns}) SELECT {table.columns}"
        f" FROM jsonb_populate_recordset(NULL::{table.name}, $1::jsonb -> '{table.name}'))"
        for number, table in enumerate(tables)
    ]
    return f"WITH {', '.join(parts)} SELECT"


def _id(at: datetime, number: int) -> UUID:
    # As PostgreSQL makes them: the time, what counts within a millisecond, and chance.
    time = int(at.timestamp() * 1000) << MILLISECONDS_FROM
    count = number << COUNT_FROM
    assert number < 1 << 12
    return UUID(int=time | VERSION | count | VARIANT | secrets.randbits(RANDOM_BITS))


def _with_ids(made: Any, new: dict[str, str], tenant: Tenant) -> Any:
    kept = msgspec.structs.asdict(made)
    ids = {name: UUID(new[str(value)]) for name, value in kept.items() if isinstance(value, UUID)}
    tenants = {name: tenant for name, value in kept.items() if isinstance(value, Tenant)}
    return msgspec.structs.replace(made, **ids, **tenants)

"""Whether a schema's tables keep tenants apart, as PostgreSQL's own catalogue says."""

from collections.abc import Iterable
from typing import Final

import msgspec

from creneau.database import Transaction

OWN_ROWS: Final = "current_setting('creneau.tenant_id'"


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """A table or view of the schema."""

    name: str
    kind: str
    tenant_type: str | None
    tenant_required: bool | None
    enabled: bool
    forced: bool
    owned_by_app: bool
    invoker: bool


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy of a table."""

    table: str
    using: str | None
    with_check: str | None


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key, unique index, exclusion or foreign key, and whether it holds the tenant."""

    name: str
    has_tenant: bool
    leads_out: bool


async def mixed_tenants(tx: Transaction, schema: str) -> list[str]:
    """Name everything in a schema that could show or tie one tenant's rows to another's (R-6)."""
    relations = await _relations(tx, schema)
    policies = await _policies(tx, schema)
    return [
        *(f"{schema}.{name}" for relation in relations for name in _relation_faults(relation)),
        *(f"{schema}.{name}" for name in _policy_faults(relations, policies)),
        *(f"{schema}.{name}" for key in await _keys(tx, schema) for name in _key_faults(key)),
    ]


def _relation_faults(relation: Relation) -> Iterable[str]:
    if relation.kind in {"v", "m"}:
        if not relation.invoker:
            yield f"{relation.name}: a view needs security_invoker, a stored one has no policies"
        return
    if relation.tenant_type != "uuid" or not relation.tenant_required:
        yield f"{relation.name}: tenant_id uuid NOT NULL is missing"
    if not (relation.enabled and relation.forced):
        yield f"{relation.name}: row-level security is not enabled and forced"
    if relation.owned_by_app:
        yield f"{relation.name}: belongs to the role that serves"


def _policy_faults(relations: Iterable[Relation], policies: Iterable[Policy]) -> Iterable[str]:
    policies = list(policies)
    protected = {policy.table for policy in policies if policy.using and policy.with_check}
    for relation in relations:
        if relation.kind in {"r", "p"} and relation.name not in protected:
            yield f"{relation.name}: no policy with USING and WITH CHECK"
    for policy in policies:
        if any(OWN_ROWS not in text for text in (policy.using, policy.with_check) if text):
            yield f"{policy.table}: a policy that does not ask for the tenant"


def _key_faults(key: Key) -> Iterable[str]:
    if not key.has_tenant:
        yield f"{key.name}: does not contain tenant_id"
    if key.leads_out:
        yield f"{key.name}: leads to a table that is neither the core's nor the schema's own"


async def _relations(tx: Transaction, schema: str) -> list[Relation]:
    return await tx.all(
        Relation,
        """
        SELECT c.relname AS name, c.relkind::text AS kind, a.atttypid::regtype::text AS tenant_type,
               a.attnotnull AS tenant_required, c.relrowsecurity AS enabled,
               c.relforcerowsecurity AS forced,
               pg_get_userbyid(c.relowner) = 'creneau_app' AS owned_by_app,
               COALESCE('security_invoker=true' = ANY (c.reloptions), false)
                   OR COALESCE('security_invoker=on' = ANY (c.reloptions), false) AS invoker
        FROM pg_class c
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
            AND NOT a.attisdropped
        WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        ORDER BY c.relname
        """,
        schema,
    )


async def _policies(tx: Transaction, schema: str) -> list[Policy]:
    return await tx.all(
        Policy,
        """
        SELECT c.relname AS table, pg_get_expr(p.polqual, p.polrelid) AS using,
               pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
        FROM pg_policy p
        JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = to_regnamespace($1) AND p.polpermissive
        ORDER BY c.relname, p.polname
        """,
        schema,
    )


async def _keys(tx: Transaction, schema: str) -> list[Key]:
    return await tx.all(
        Key,
        """
        WITH tenant_column AS (
            SELECT attrelid, attnum FROM pg_attribute
            WHERE attname = 'tenant_id' AND NOT attisdropped
        )
        SELECT i.indexrelid::regclass::text AS name,
               COALESCE(t.attnum = ANY (i.indkey), false) AS has_tenant, false AS leads_out
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = to_regnamespace($1)
        LEFT JOIN tenant_column t ON t.attrelid = c.oid
        WHERE (i.indisunique OR i.indisexclusion) AND c.relkind IN ('r', 'p')
        UNION ALL
        SELECT k.conname, k.confrelid = 'public.tenant'::regclass OR EXISTS (
                   SELECT FROM unnest(k.conkey, k.confkey) AS pair (own, other)
                   WHERE pair.own = t.attnum AND pair.other = f.attnum
               ),
               g.relnamespace NOT IN ('public'::regnamespace, c.relnamespace)
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid AND c.relnamespace = to_regnamespace($1)
        JOIN pg_class g ON g.oid = k.confrelid
        LEFT JOIN tenant_column t ON t.attrelid = k.conrelid
        LEFT JOIN tenant_column f ON f.attrelid = k.confrelid
        WHERE k.contype = 'f'
        ORDER BY 1
        """,
        schema,
    )

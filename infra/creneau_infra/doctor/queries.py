from creneau_infra.postgres.transactions import Transaction

_READABLE = """
SELECT to_regclass('migration') IS NOT NULL
    AND has_table_privilege(to_regclass('migration'), 'SELECT')
"""

_LOOSE = """
SELECT c.oid::regclass::text AS name FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
    AND c.relname <> ALL ($1)
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity
        AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))
ORDER BY 1
"""

_TOO_MIGHTY = """
SELECT rolsuper OR rolbypassrls OR EXISTS (
    SELECT FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
)
FROM pg_roles r WHERE rolname = current_user
"""


async def migrations_run(tx: Transaction) -> set[tuple[str, str]]:
    """List the migrations that were run, as application and name; none where nobody can tell."""
    if not await tx.value(_READABLE):
        return set()
    rows = await tx.rows("SELECT app_name, name FROM migration")
    return {(row["app_name"], row["name"]) for row in rows}


async def loose_tables(tx: Transaction, directory: frozenset[str]) -> list[str]:
    """Name tables with tenants' rows that no policy keeps apart, but for the directory's."""
    return [row["name"] for row in await tx.rows(_LOOSE, list(directory))]


async def role_too_mighty(tx: Transaction) -> bool:
    """Tell whether the serving role could pass by the policies."""
    return await tx.value(_TOO_MIGHTY)

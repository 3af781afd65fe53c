from creneau_infra.postgres.migrations import run_script
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0001"
VERSION = "1.38.0"
DESCRIPTION = "a protected table, a constraint that speaks at COMMIT, an outbox"

TABLES = """
CREATE TABLE thing (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuidv7(),
    label text NOT NULL,
    parent_id uuid,
    extra jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES thing (tenant_id, id)
        DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE outbox (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuidv7(),
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    idempotency_key text NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    done_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    lane text NOT NULL DEFAULT 'usual',
    lapses integer NOT NULL DEFAULT 0,
    aside_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, idempotency_key)
);
CREATE TABLE outbox_pace (
    tenant_id uuid NOT NULL,
    taken_until timestamptz NOT NULL,
    PRIMARY KEY (tenant_id)
);
CREATE TABLE worker_sign (id uuid PRIMARY KEY, seen_at timestamptz NOT NULL);
"""

PROTECTION = "".join(
    f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_tenant ON {table}
        USING (tenant_id = NULLIF(current_setting('creneau.tenant_id', true), '')::uuid)
        WITH CHECK (tenant_id = NULLIF(current_setting('creneau.tenant_id', true), '')::uuid);
    """
    for table in ("thing", "outbox", "outbox_pace")
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="probe", description=DESCRIPTION)
    manager.add_raw(lambda: run_script(TABLES + PROTECTION))
    return manager

-- Row-level security on every tenant-owned table, and the serving role's rights.
-- Plugins call the same function for their own tables.
CREATE FUNCTION protect_tenant_table(target regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    own_rows constant text :=
        'tenant_id = NULLIF(current_setting(''creneau.tenant_id'', true), '''')::uuid';
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY tenant_isolation ON %s USING (%s) WITH CHECK (%s)',
                   target, own_rows, own_rows);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO creneau_app', target);
END $$;
REVOKE EXECUTE ON FUNCTION protect_tenant_table(regclass) FROM PUBLIC;

SELECT protect_tenant_table(c.oid::regclass)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r';

REVOKE UPDATE, DELETE ON history FROM creneau_app;
REVOKE ALL ON tenant FROM creneau_app;
GRANT SELECT, INSERT ON tenant TO creneau_app;
GRANT UPDATE (name, locale, time_zone, state) ON tenant TO creneau_app;

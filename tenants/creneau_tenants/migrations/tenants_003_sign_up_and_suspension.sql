-- Who signed up by themselves, and who is off the air.
CREATE TABLE sign_up (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    kind text NOT NULL,
    terms text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id)
);
COMMENT ON TABLE sign_up IS 'a tenant that signed up by itself; verified once an agent accepted the invitation';
COMMENT ON COLUMN sign_up.terms IS 'the version of the terms that was accepted';

CREATE TABLE suspension (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    state_before text NOT NULL CHECK (state_before IN ('onboarding', 'active')),
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id)
);
COMMENT ON TABLE suspension IS 'what a suspended tenant goes back to';

SELECT protect_tenant_table('sign_up'), protect_tenant_table('suspension');

-- The serving role may delete neither tenants nor history. This takes away the transaction's own
-- tenant with every row of it, if it signed up before a moment and nobody ever verified it.
CREATE FUNCTION forget_sign_up(before timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own constant uuid := NULLIF(current_setting('creneau.tenant_id', true), '')::uuid;
    target regclass;
    blocked boolean := true;
BEGIN
    -- Whoever accepts the invitation at this moment is waited for, or finds it gone.
    PERFORM FROM agent WHERE tenant_id = own FOR UPDATE;
    IF NOT EXISTS (
        SELECT FROM sign_up s JOIN tenant t ON t.id = s.tenant_id
        WHERE s.tenant_id = own AND s.created_at < before AND t.state = 'onboarding'
    ) OR EXISTS (SELECT FROM agent WHERE tenant_id = own AND state <> 'invited') THEN
        RETURN false;
    END IF;
    -- Whatever tables there are, of the core or of plugins: those that others lead to come last.
    FOR pass IN 1..20 LOOP
        EXIT WHEN NOT blocked;
        blocked := false;
        FOR target IN
            SELECT c.oid::regclass FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
                AND NOT a.attisdropped
            WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition
        LOOP
            BEGIN
                EXECUTE format('DELETE FROM %s WHERE tenant_id = $1', target) USING own;
            EXCEPTION WHEN foreign_key_violation THEN
                blocked := true;
            END;
        END LOOP;
    END LOOP;
    DELETE FROM tenant WHERE id = own;
    RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION forget_sign_up(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_sign_up(timestamptz) TO creneau_app;

-- Grows with whatever changes what a tenant's addresses lead to. Who remembers an entry of the
-- directory compares this with what stands here, in the transaction in which it is used.
ALTER TABLE tenant ADD COLUMN entry bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN tenant.entry IS 'version of the tenant''s entry in the directory';

CREATE FUNCTION count_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.entry := OLD.entry + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER tenant_entry BEFORE UPDATE ON tenant FOR EACH ROW EXECUTE FUNCTION count_entry();

-- Whatever changes what an address leads to, or how the tenant behind it is set up, counts the
-- tenant's entry on; the serving role itself may not write it.
CREATE FUNCTION touch_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE tenant SET entry = entry + 1 WHERE id = OLD.tenant_id;
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.tenant_id <> OLD.tenant_id) THEN
        UPDATE tenant SET entry = entry + 1 WHERE id = NEW.tenant_id;
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION touch_entry() FROM PUBLIC;
CREATE TRIGGER domain_entry AFTER INSERT OR UPDATE OR DELETE ON domain
    FOR EACH ROW EXECUTE FUNCTION touch_entry();
CREATE TRIGGER tenant_profile_entry AFTER INSERT OR UPDATE OR DELETE ON tenant_profile
    FOR EACH ROW EXECUTE FUNCTION touch_entry();

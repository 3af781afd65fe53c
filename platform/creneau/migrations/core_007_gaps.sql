-- What the search for the first free time may pass over: occurrences that bookings have filled.
--
-- A gap is noted by a chore, never by a claim. Claims only make it shorter, so that what is noted
-- stays the most that can be free; whatever frees booked time says so in freed_time, in the same
-- statement, and what is noted of that time is not believed until it is noted anew.
ALTER TABLE opening_occurrence ADD COLUMN longest_gap interval;
COMMENT ON COLUMN opening_occurrence.longest_gap
    IS 'no longer time than this is free of bookings, but for freed_time; NULL: not noted';

-- Only ever inserted into, but for the chore: whoever frees time waits for nobody.
CREATE TABLE freed_time (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    resource_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE freed_time IS 'booked time that was freed since the gaps were noted';
SELECT protect_tenant_table('freed_time');

CREATE FUNCTION say_freed_time() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO freed_time (tenant_id, resource_id, starts_at, ends_at)
    VALUES (OLD.tenant_id, OLD.resource_id, OLD.starts_at, OLD.ends_at);
    RETURN NULL;
END $$;

-- A hold takes no time for good, so that its end frees none that was counted.
CREATE TRIGGER allocation_deleted AFTER DELETE ON allocation FOR EACH ROW
    WHEN (OLD.active AND OLD.held_until IS NULL)
    EXECUTE FUNCTION say_freed_time();
CREATE TRIGGER allocation_changed AFTER UPDATE ON allocation FOR EACH ROW
    WHEN (OLD.active AND OLD.held_until IS NULL
        AND (NOT NEW.active OR NEW.held_until IS NOT NULL
            OR (NEW.tenant_id, NEW.resource_id, NEW.starts_at, NEW.ends_at)
                IS DISTINCT FROM (OLD.tenant_id, OLD.resource_id, OLD.starts_at, OLD.ends_at)))
    EXECUTE FUNCTION say_freed_time();

CREATE FUNCTION forget_gap() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.longest_gap := NULL;
    RETURN NEW;
END $$;

CREATE TRIGGER opening_occurrence_changed
    BEFORE UPDATE OF tenant_id, resource_id, starts_at, ends_at ON opening_occurrence
    FOR EACH ROW EXECUTE FUNCTION forget_gap();

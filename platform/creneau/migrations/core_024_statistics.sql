-- C-69: appointments counted by the tenant's days. Whatever changes one leaves a mark, in the same
-- statement; marked days are counted anew by whoever reads.
CREATE TABLE appointment_count (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    kind text NOT NULL CHECK (kind IN ('motive', 'place', 'agents', 'created')),
    day date NOT NULL,
    organisation_id uuid NOT NULL,
    subjects uuid[] NOT NULL,
    state text NOT NULL,
    source text NOT NULL,
    number integer NOT NULL,
    minutes integer NOT NULL,
    PRIMARY KEY (tenant_id, kind, day, organisation_id, subjects, state, source),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
);
COMMENT ON COLUMN appointment_count.subjects IS 'a motive, a place, or all agents of an appointment';
COMMENT ON COLUMN appointment_count.minutes IS 'of those that take time';

-- Only ever inserted into, but by whoever counts: a booking waits for nobody.
CREATE TABLE appointment_change (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    appointment_id uuid,
    starts_at timestamptz,
    created_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE appointment_change IS 'what changed since the days were counted: the appointment, where it was, when it was booked';

CREATE TABLE appointment_counting (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    time_zone text NOT NULL,
    PRIMARY KEY (tenant_id)
);
COMMENT ON COLUMN appointment_counting.time_zone IS 'whose days were counted; empty: none yet';

SELECT protect_tenant_table('appointment_count');
SELECT protect_tenant_table('appointment_change');
SELECT protect_tenant_table('appointment_counting');

CREATE FUNCTION mark_booking() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO appointment_change (tenant_id, appointment_id, created_at)
        VALUES (OLD.tenant_id, OLD.appointment_id, OLD.created_at);
    END IF;
    IF TG_OP = 'INSERT' OR NEW.appointment_id <> OLD.appointment_id THEN
        INSERT INTO appointment_change (tenant_id, appointment_id, created_at)
        VALUES (NEW.tenant_id, NEW.appointment_id, NEW.created_at);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION mark_deleted_booking() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_change (tenant_id, appointment_id, created_at)
    VALUES (OLD.tenant_id, OLD.appointment_id, OLD.created_at);
    RETURN NULL;
END $$;

-- A hold is no appointment yet, and one that ended never was.
CREATE TRIGGER booking_counted_added AFTER INSERT ON booking FOR EACH ROW
    WHEN (NEW.state NOT IN ('held', 'expired'))
    EXECUTE FUNCTION mark_booking();
CREATE TRIGGER booking_counted_changed AFTER UPDATE OF state, appointment_id, source ON booking FOR EACH ROW
    WHEN ((OLD.state, OLD.appointment_id, OLD.source) IS DISTINCT FROM (NEW.state, NEW.appointment_id, NEW.source)
        AND NOT (OLD.state IN ('held', 'expired') AND NEW.state IN ('held', 'expired')))
    EXECUTE FUNCTION mark_booking();
CREATE TRIGGER booking_counted_deleted AFTER DELETE ON booking FOR EACH ROW
    WHEN (OLD.state NOT IN ('held', 'expired'))
    EXECUTE FUNCTION mark_deleted_booking();

CREATE FUNCTION mark_appointment() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_change (tenant_id, appointment_id, starts_at)
    VALUES (OLD.tenant_id, OLD.id, OLD.starts_at);
    RETURN NULL;
END $$;

CREATE TRIGGER appointment_counted_changed
    AFTER UPDATE OF starts_at, ends_at, motive_id, place_id, state ON appointment FOR EACH ROW
    WHEN ((OLD.starts_at, OLD.ends_at, OLD.motive_id, OLD.place_id, OLD.state)
        IS DISTINCT FROM (NEW.starts_at, NEW.ends_at, NEW.motive_id, NEW.place_id, NEW.state))
    EXECUTE FUNCTION mark_appointment();
CREATE TRIGGER appointment_counted_deleted AFTER DELETE ON appointment FOR EACH ROW
    EXECUTE FUNCTION mark_appointment();

CREATE FUNCTION mark_allocation() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_change (tenant_id, appointment_id)
    VALUES (COALESCE(NEW.tenant_id, OLD.tenant_id), COALESCE(NEW.appointment_id, OLD.appointment_id));
    RETURN NULL;
END $$;

-- Agents that are exchanged while the appointment stays what it is; a hold's are counted with it.
CREATE TRIGGER allocation_counted_added AFTER INSERT ON allocation FOR EACH ROW
    WHEN (NEW.held_until IS NULL)
    EXECUTE FUNCTION mark_allocation();
CREATE TRIGGER allocation_counted_changed AFTER UPDATE OF resource_id, active, starts_at ON allocation
    FOR EACH ROW
    WHEN (OLD.held_until IS NULL AND (OLD.resource_id, OLD.active, OLD.starts_at)
        IS DISTINCT FROM (NEW.resource_id, NEW.active, NEW.starts_at))
    EXECUTE FUNCTION mark_allocation();
CREATE TRIGGER allocation_counted_deleted AFTER DELETE ON allocation FOR EACH ROW
    WHEN (OLD.held_until IS NULL)
    EXECUTE FUNCTION mark_allocation();

CREATE INDEX booking_created ON booking (tenant_id, created_at);
CREATE INDEX person_created ON person (tenant_id, created_at);

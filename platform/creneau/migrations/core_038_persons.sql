-- S-10, C-69: figures by person. Whatever changes what somebody's appointments are leaves the person, or the
-- appointment, in an insert-only table beside the mark of the day; whoever counts takes both.
CREATE TABLE person_change (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid,
    appointment_id uuid,
    PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE person_change IS 'whose appointments or referents changed since figures were counted';
SELECT protect_tenant_table('person_change');

CREATE OR REPLACE FUNCTION mark_booking() RETURNS trigger
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
    INSERT INTO person_change (tenant_id, person_id) VALUES (NEW.tenant_id, NEW.person_id);
    IF TG_OP <> 'INSERT' AND OLD.person_id <> NEW.person_id THEN
        INSERT INTO person_change (tenant_id, person_id) VALUES (OLD.tenant_id, OLD.person_id);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION mark_deleted_booking() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_change (tenant_id, appointment_id, created_at)
    VALUES (OLD.tenant_id, OLD.appointment_id, OLD.created_at);
    INSERT INTO person_change (tenant_id, person_id) VALUES (OLD.tenant_id, OLD.person_id);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION mark_appointment() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_change (tenant_id, appointment_id, starts_at)
    VALUES (OLD.tenant_id, OLD.id, OLD.starts_at);
    INSERT INTO person_change (tenant_id, appointment_id) VALUES (OLD.tenant_id, OLD.id);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION mark_allocation() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_change (tenant_id, appointment_id)
    VALUES (COALESCE(NEW.tenant_id, OLD.tenant_id), COALESCE(NEW.appointment_id, OLD.appointment_id));
    INSERT INTO person_change (tenant_id, appointment_id)
    VALUES (COALESCE(NEW.tenant_id, OLD.tenant_id), COALESCE(NEW.appointment_id, OLD.appointment_id));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION mark_motive() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    zone constant text := (SELECT time_zone FROM tenant WHERE id = NEW.tenant_id);
BEGIN
    INSERT INTO appointment_change (tenant_id, starts_at)
    SELECT DISTINCT NEW.tenant_id, date_trunc('day', starts_at, zone) FROM appointment
    WHERE tenant_id = NEW.tenant_id AND motive_id = NEW.id;
    INSERT INTO appointment_change (tenant_id, created_at)
    SELECT DISTINCT NEW.tenant_id, date_trunc('day', b.created_at, zone) FROM appointment a
    JOIN booking b ON b.tenant_id = a.tenant_id AND b.appointment_id = a.id
    WHERE a.tenant_id = NEW.tenant_id AND a.motive_id = NEW.id AND b.state NOT IN ('held', 'expired');
    INSERT INTO person_change (tenant_id, person_id)
    SELECT DISTINCT NEW.tenant_id, b.person_id FROM appointment a
    JOIN booking b ON b.tenant_id = a.tenant_id AND b.appointment_id = a.id
    WHERE a.tenant_id = NEW.tenant_id AND a.motive_id = NEW.id AND b.state NOT IN ('held', 'expired');
    RETURN NULL;
END $$;

-- An appointment that is another person's from now on: files that become one, and old ones that are given away.
CREATE FUNCTION mark_person_of_booking() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO person_change (tenant_id, person_id)
    VALUES (OLD.tenant_id, OLD.person_id), (NEW.tenant_id, NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER booking_person_changed AFTER UPDATE OF person_id ON booking FOR EACH ROW
    WHEN (OLD.person_id <> NEW.person_id AND OLD.state NOT IN ('held', 'expired'))
    EXECUTE FUNCTION mark_person_of_booking();

CREATE FUNCTION mark_referent() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO person_change (tenant_id, person_id)
    VALUES (COALESCE(NEW.tenant_id, OLD.tenant_id), COALESCE(NEW.person_id, OLD.person_id));
    RETURN NULL;
END $$;
CREATE TRIGGER referent_changed AFTER INSERT OR UPDATE OR DELETE ON referent FOR EACH ROW
    EXECUTE FUNCTION mark_referent();

-- C-69: what is counted by days is added up by months as well, in the statement that counts: a year's
-- figures are read from some thousand rows, whoever counts.
CREATE TABLE appointment_month (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    kind text NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    organisation_id uuid NOT NULL,
    service_id uuid NOT NULL,
    subjects uuid[] NOT NULL,
    state text NOT NULL,
    source text NOT NULL,
    number integer NOT NULL,
    minutes integer NOT NULL,
    PRIMARY KEY (tenant_id, kind, month, organisation_id, service_id, subjects, state, source),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
);
COMMENT ON TABLE appointment_month IS 'the sums of appointment_count by month; a row of naught says nothing';
SELECT protect_tenant_table('appointment_month');

CREATE FUNCTION keep_months() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE appointment_month m SET number = m.number - r.number, minutes = m.minutes - r.minutes
        FROM (
            SELECT tenant_id, kind, date_trunc('month', day::timestamp)::date AS month, organisation_id,
                service_id, subjects, state, source, sum(number) AS number, sum(minutes) AS minutes
            FROM removed GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) r
        WHERE (m.tenant_id, m.kind, m.month, m.organisation_id, m.service_id, m.subjects, m.state, m.source)
            = (r.tenant_id, r.kind, r.month, r.organisation_id, r.service_id, r.subjects, r.state, r.source);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO appointment_month AS m (tenant_id, kind, month, organisation_id, service_id, subjects,
            state, source, number, minutes)
        SELECT tenant_id, kind, date_trunc('month', day::timestamp)::date, organisation_id, service_id,
            subjects, state, source, sum(number), sum(minutes)
        FROM added GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        ON CONFLICT (tenant_id, kind, month, organisation_id, service_id, subjects, state, source)
        DO UPDATE SET number = m.number + excluded.number, minutes = m.minutes + excluded.minutes;
    END IF;
    RETURN NULL;
END $$;

-- What the version that still serves counted without a service is marked here, so that no reader does it;
-- all else is added up.
DO $$
DECLARE
    whose uuid;
    zone text;
BEGIN
    FOR whose, zone IN SELECT id, time_zone FROM tenant LOOP
        PERFORM set_config('creneau.tenant_id', whose::text, true);
        WITH old AS (
            DELETE FROM appointment_count
            WHERE tenant_id = whose AND service_id = '00000000-0000-0000-0000-000000000000'
            RETURNING kind, day::timestamp AT TIME ZONE zone AS begins)
        INSERT INTO appointment_change (tenant_id, starts_at, created_at)
            SELECT DISTINCT whose, CASE WHEN kind <> 'created' THEN begins END,
                CASE WHEN kind = 'created' THEN begins END
            FROM old;
        INSERT INTO appointment_month (tenant_id, kind, month, organisation_id, service_id, subjects,
                state, source, number, minutes)
            SELECT tenant_id, kind, date_trunc('month', day::timestamp)::date, organisation_id, service_id,
                subjects, state, source, sum(number), sum(minutes)
            FROM appointment_count WHERE tenant_id = whose GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
    END LOOP;
    PERFORM set_config('creneau.tenant_id', '', true);
END $$;

CREATE TRIGGER appointment_count_added AFTER INSERT ON appointment_count
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_months();
CREATE TRIGGER appointment_count_changed AFTER UPDATE ON appointment_count
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_months();
CREATE TRIGGER appointment_count_removed AFTER DELETE ON appointment_count
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_months();

-- What would take a reader's time is left to a worker, who looks for it here.
ALTER TABLE appointment_counting ADD COLUMN asked boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN appointment_counting.asked IS 'a reader did not wait for what is left to count';

-- C-68, S-13: the few group sessions among all appointments.
CREATE INDEX appointment_session ON appointment (tenant_id, starts_at) WHERE group_session;

-- C-67: persons by when their file was made, counted without a look at the files themselves. Those of one
-- import were made at one moment: the id goes on with the order.
CREATE INDEX person_made ON person (tenant_id, created_at, id) INCLUDE (erased_at);
DROP INDEX person_created;

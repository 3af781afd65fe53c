-- Series of closures, occurrences that differ from their series, and calendars of public holidays.

CREATE TABLE closure_series (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    organisation_id uuid,
    place_id uuid,
    label text NOT NULL DEFAULT '',
    kind text NOT NULL DEFAULT 'closure' CHECK (kind IN ('closure', 'public_holiday')),
    first_day date NOT NULL,
    start_time time NOT NULL,
    last_day date NOT NULL,
    end_time time NOT NULL,
    time_zone text NOT NULL,
    recurrence text,
    materialised_until date,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CHECK ((last_day, end_time) > (first_day, start_time)),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
CREATE INDEX closure_series_organisation ON closure_series (tenant_id, organisation_id);
CREATE INDEX closure_series_place ON closure_series (tenant_id, place_id);
SELECT protect_tenant_table('closure_series');

-- The occurrence whose series meant it for `day` is skipped, or takes place as said here.
CREATE TABLE occurrence_change (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    opening_id uuid,
    absence_id uuid,
    closure_series_id uuid,
    day date NOT NULL,
    skipped boolean NOT NULL,
    first_day date,
    start_time time,
    last_day date,
    end_time time,
    resource_id uuid,
    place_id uuid,
    PRIMARY KEY (tenant_id, id),
    UNIQUE NULLS NOT DISTINCT (tenant_id, opening_id, absence_id, closure_series_id, day),
    CHECK (num_nonnulls(opening_id, absence_id, closure_series_id) = 1),
    CHECK (num_nonnulls(first_day, start_time, last_day, end_time) = CASE WHEN skipped THEN 0 ELSE 4 END),
    CHECK ((last_day, end_time) > (first_day, start_time)),
    FOREIGN KEY (tenant_id, opening_id) REFERENCES opening (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, absence_id) REFERENCES absence (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, closure_series_id)
        REFERENCES closure_series (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resource (tenant_id, id),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
CREATE INDEX occurrence_change_absence ON occurrence_change (tenant_id, absence_id)
    WHERE absence_id IS NOT NULL;
CREATE INDEX occurrence_change_closure ON occurrence_change (tenant_id, closure_series_id)
    WHERE closure_series_id IS NOT NULL;
CREATE INDEX occurrence_change_resource ON occurrence_change (tenant_id, resource_id)
    WHERE resource_id IS NOT NULL;
CREATE INDEX occurrence_change_place ON occurrence_change (tenant_id, place_id)
    WHERE place_id IS NOT NULL;
SELECT protect_tenant_table('occurrence_change');

CREATE TABLE holiday_calendar (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    organisation_id uuid NOT NULL,
    edits jsonb NOT NULL DEFAULT '{}',
    materialised_until date,
    PRIMARY KEY (tenant_id, organisation_id),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
);
COMMENT ON COLUMN holiday_calendar.edits IS 'by day: the name of an added holiday, null for a removed one';
SELECT protect_tenant_table('holiday_calendar');

ALTER TABLE opening_occurrence ADD COLUMN day date;
ALTER TABLE absence_occurrence ADD COLUMN day date;
COMMENT ON COLUMN opening_occurrence.day IS 'the local day for which the series meant it';

-- A closure without a series is a holiday of a calendar.
ALTER TABLE closure ADD COLUMN series_id uuid, ADD COLUMN day date;
ALTER TABLE closure ADD FOREIGN KEY (tenant_id, series_id)
    REFERENCES closure_series (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE closure DROP CONSTRAINT closure_tenant_id_organisation_id_place_id_kind_starts_at_key;
ALTER TABLE closure ADD UNIQUE NULLS NOT DISTINCT
    (tenant_id, series_id, organisation_id, place_id, kind, starts_at);

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT id, time_zone FROM tenant LOOP
        PERFORM set_config('creneau.tenant_id', one.id::text, true);
        INSERT INTO closure_series (tenant_id, id, organisation_id, place_id, label, kind,
            first_day, start_time, last_day, end_time, time_zone, materialised_until)
        SELECT c.tenant_id, c.id, c.organisation_id, c.place_id, c.label, c.kind,
            (c.starts_at AT TIME ZONE z.name)::date, (c.starts_at AT TIME ZONE z.name)::time,
            (c.ends_at AT TIME ZONE z.name)::date, (c.ends_at AT TIME ZONE z.name)::time,
            z.name, (c.starts_at AT TIME ZONE z.name)::date
        FROM closure c
        LEFT JOIN place p ON p.tenant_id = c.tenant_id AND p.id = c.place_id
        LEFT JOIN organisation o ON o.tenant_id = c.tenant_id
            AND o.id = COALESCE(p.organisation_id, c.organisation_id)
        CROSS JOIN LATERAL (SELECT COALESCE(o.time_zone, one.time_zone) AS name) z
        WHERE c.tenant_id = one.id;
        UPDATE closure c SET series_id = s.id, day = s.first_day
        FROM closure_series s
        WHERE c.tenant_id = one.id AND s.tenant_id = one.id AND s.id = c.id;
    END LOOP;
    PERFORM set_config('creneau.tenant_id', '', true);
END $$;

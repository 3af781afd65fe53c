-- S-07: where a relative is known, who answers for them is known too: the messages go to them, and
-- agents must be able to call.
CREATE OR REPLACE FUNCTION know_person() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    stays uuid;
    answers uuid;
    known_by uuid;
BEGIN
    SELECT COALESCE(merged_into, id), responsible_id INTO stays, answers FROM person
    WHERE tenant_id = NEW.tenant_id AND id = NEW.person_id FOR KEY SHARE;
    NEW.person_id := COALESCE(stays, NEW.person_id);
    IF TG_TABLE_NAME = 'booking' THEN
        SELECT p.organisation_id INTO known_by FROM appointment a
        JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
        WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.appointment_id;
    ELSE
        SELECT m.organisation_id INTO known_by FROM motive m
        WHERE m.tenant_id = NEW.tenant_id AND m.id = NEW.motive_id;
    END IF;
    IF stays IS NOT NULL AND known_by IS NOT NULL THEN
        INSERT INTO person_organisation (tenant_id, person_id, organisation_id)
        SELECT NEW.tenant_id, one, known_by FROM unnest(ARRAY[stays, answers]) AS one
        WHERE one IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NEW;
END $$;

DO $$
DECLARE
    whose uuid;
BEGIN
    FOR whose IN SELECT id FROM tenant LOOP
        PERFORM set_config('creneau.tenant_id', whose::text, true);
        INSERT INTO person_organisation (tenant_id, person_id, organisation_id)
            SELECT DISTINCT whose, child.responsible_id, known.organisation_id FROM person child
            JOIN person_organisation known
                ON known.tenant_id = child.tenant_id AND known.person_id = child.id
            WHERE child.tenant_id = whose AND child.responsible_id IS NOT NULL
            ON CONFLICT DO NOTHING;
    END LOOP;
    PERFORM set_config('creneau.tenant_id', '', true);
END $$;

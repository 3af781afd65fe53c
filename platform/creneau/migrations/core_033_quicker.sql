-- C-67: each word of a person's names holds them all, the name at birth too, so that whoever asks for
-- two names reads one word.
CREATE OR REPLACE FUNCTION words_of_person(one person) RETURNS SETOF text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    last constant text[] := string_to_array(plain_words(one.last_name), ' ');
    first constant text[] := string_to_array(plain_words(one.first_name), ' ');
    born constant text[] := string_to_array(plain_words(one.birth_name), ' ');
    names constant text[] := (last || first)[1:8] || born[1:4];
BEGIN
    FOR i IN 1..cardinality(names) LOOP
        RETURN NEXT CASE i WHEN 1 THEN 'a:' ELSE 'n:' END
            || array_to_string(names[i:] || names[:i - 1], ' ') || ' ';
    END LOOP;
    IF one.email <> '' THEN
        RETURN NEXT 'e:' || one.email;
    END IF;
    RETURN QUERY SELECT words_of_phone(one.phone);
    RETURN QUERY SELECT words_of_phone(one.second_phone);
    IF one.birth_date IS NOT NULL THEN
        RETURN NEXT 'b:' || to_char(one.birth_date, 'YYYYMMDD');
        RETURN NEXT 'b:' || to_char(one.birth_date, 'DDMMYYYY');
        RETURN NEXT 'd:' || to_char(one.birth_date, 'YYYYMMDD') || ' ' || COALESCE(
            (SELECT string_agg(word, ' ' ORDER BY word COLLATE "C") FROM unnest(last || first) word), '');
    END IF;
END $$;

-- Only of those who have another name at birth the words become others.
DO $$
DECLARE
    whose uuid;
BEGIN
    FOR whose IN SELECT id FROM tenant LOOP
        PERFORM set_config('creneau.tenant_id', whose::text, true);
        DELETE FROM person_word w USING person p
            WHERE p.tenant_id = whose AND p.birth_name <> '' AND w.tenant_id = whose
                AND w.person_id = p.id;
        INSERT INTO person_word (tenant_id, person_id, word)
            SELECT DISTINCT whose, p.id, word FROM person p, words_of_person(p) AS word
            WHERE p.tenant_id = whose AND p.birth_name <> '' AND p.erased_at IS NULL
            ON CONFLICT DO NOTHING;
    END LOOP;
    PERFORM set_config('creneau.tenant_id', '', true);
END $$;

-- C-69: every count names its service; `within` counts what some agents have, for whoever reaches
-- those alone. What was counted before, or is by the version that still serves, has no service: it is
-- counted anew by whoever reads.
ALTER TABLE appointment_count
    ADD COLUMN service_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    DROP CONSTRAINT appointment_count_pkey,
    ADD PRIMARY KEY (tenant_id, kind, day, organisation_id, service_id, subjects, state, source),
    DROP CONSTRAINT appointment_count_kind_check,
    ADD CONSTRAINT appointment_count_kind_check
        CHECK (kind IN ('motive', 'place', 'agents', 'created', 'within', 'created_within'));
COMMENT ON COLUMN appointment_count.service_id IS 'the motive''s; of zeros: it was not asked, and is to be counted anew';
COMMENT ON COLUMN appointment_count.subjects IS 'a motive, a place, or all agents of an appointment; `within`: a motive, a place, all agents';
CREATE INDEX appointment_count_old ON appointment_count (tenant_id)
    WHERE service_id = '00000000-0000-0000-0000-000000000000';

-- A motive that another service has from now on: all its days.
CREATE FUNCTION mark_motive() RETURNS trigger
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
    RETURN NULL;
END $$;

CREATE TRIGGER motive_counted_changed AFTER UPDATE OF service_id ON motive FOR EACH ROW
    WHEN (OLD.service_id <> NEW.service_id)
    EXECUTE FUNCTION mark_motive();

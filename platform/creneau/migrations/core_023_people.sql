-- C-67, S-01, S-07: persons as agents find, follow and put them together.
ALTER TABLE person
    ADD COLUMN birth_name text NOT NULL DEFAULT '',
    ADD COLUMN second_phone text NOT NULL DEFAULT '',
    ADD COLUMN merged_into uuid,
    ADD FOREIGN KEY (tenant_id, merged_into) REFERENCES person (tenant_id, id),
    ADD CHECK (merged_into IS NULL OR erased_at IS NOT NULL);
COMMENT ON COLUMN person.merged_into IS 'the file that this one is a part of now; nothing of the person stays here';
CREATE INDEX person_merged ON person (tenant_id, merged_into) WHERE merged_into IS NOT NULL;

-- Which organisations know a person (C-04). Without an organisation: all of the tenant do.
CREATE TABLE person_organisation (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid NOT NULL,
    organisation_id uuid,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE NULLS NOT DISTINCT (tenant_id, person_id, organisation_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
);
CREATE INDEX person_organisation_organisation
    ON person_organisation (tenant_id, organisation_id, person_id);

-- S-01: who follows whom.
CREATE TABLE referent (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, person_id, agent_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
CREATE INDEX referent_agent ON referent (tenant_id, agent_id);

-- Every version of a note is a row; the one that counts is the current one.
CREATE TABLE person_note (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    note_id uuid NOT NULL,
    person_id uuid NOT NULL,
    agent_id uuid,
    text text NOT NULL CHECK (text <> ''),
    written_at timestamptz NOT NULL DEFAULT now(),
    current boolean NOT NULL DEFAULT true,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
CREATE UNIQUE INDEX person_note_current ON person_note (tenant_id, note_id) WHERE current;
CREATE INDEX person_note_person ON person_note (tenant_id, person_id, note_id);

-- Two files that look alike, of which somebody said that they are two persons.
CREATE TABLE person_apart (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    first_id uuid NOT NULL,
    second_id uuid NOT NULL,
    agent_id uuid,
    said_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, first_id, second_id),
    CHECK (first_id < second_id),
    FOREIGN KEY (tenant_id, first_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, second_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
CREATE INDEX person_apart_second ON person_apart (tenant_id, second_id);

-- By what a person is found. Below a policy an index helps with leakproof comparisons only, and those
-- of trigrams are none: so each beginning that people type is a row, compared as plain bytes. It
-- follows from the person, by the trigger below.
CREATE TABLE person_word (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    person_id uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, person_id, word)
);
COMMENT ON COLUMN person_word.word IS 'a: the name, n: it from each other word on, e: e-mail, p: phone, b: birth date, d: what doubles share';
CREATE INDEX person_word_word ON person_word (tenant_id, word, person_id);

CREATE FUNCTION plain_words(said text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    lower constant text :=
        lower(public.unaccent('public.unaccent', normalize(said, NFC)) COLLATE "pg_c_utf8");
    bare constant text := regexp_replace(normalize(lower, NFKD), '[\u0300-\u036f]', '', 'g');
BEGIN
    RETURN btrim(regexp_replace(translate(bare, 'ς', 'σ'), '[^[:alnum:]]+', ' ', 'g'));
END $$;

-- A French number is written 06 … or +33 6 …, and read out from anywhere by pairs.
CREATE FUNCTION words_of_phone(number text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    digits constant text := regexp_replace(number, '\D', '', 'g');
    prefix constant text := substring(digits FROM '^(?:33|262|590|594|596)');
    own constant text := CASE WHEN prefix IS NULL THEN digits
        ELSE '0' || substr(digits, length(prefix) + 1) END;
BEGIN
    IF digits = '' THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT 'p:' || part FROM unnest(ARRAY[
        digits, own, substr(own, 3), substr(own, 5), substr(own, 7)
    ]) AS part WHERE length(part) > 3;
END $$;

CREATE FUNCTION words_of_person(one person) RETURNS SETOF text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    last constant text[] := string_to_array(plain_words(one.last_name), ' ');
    first constant text[] := string_to_array(plain_words(one.first_name), ' ');
    born constant text[] := string_to_array(plain_words(one.birth_name), ' ');
    names constant text[] := (last || first)[1:8];
BEGIN
    FOR i IN 1..cardinality(names) LOOP
        RETURN NEXT CASE i WHEN 1 THEN 'a:' ELSE 'n:' END
            || array_to_string(names[i:] || names[:i - 1], ' ') || ' ';
    END LOOP;
    FOR i IN 1..LEAST(cardinality(born), 4) LOOP
        RETURN NEXT 'n:' || array_to_string(born[i:] || first, ' ') || ' ';
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

CREATE FUNCTION keep_words_of_person() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM person_word WHERE tenant_id = OLD.tenant_id AND person_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO person_word (tenant_id, person_id, word)
        SELECT DISTINCT NEW.tenant_id, NEW.id, word FROM words_of_person(NEW) AS word
        WHERE NEW.erased_at IS NULL;
    END IF;
    RETURN NULL;
END $$;

-- Whoever books for a file while it is being put together with another is booked for the one that
-- stays; and the organisation that somebody comes to knows them from then on.
CREATE FUNCTION know_person() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    stays uuid;
    known_by uuid;
BEGIN
    SELECT COALESCE(merged_into, id) INTO stays FROM person
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
        VALUES (NEW.tenant_id, stays, known_by) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER person_added AFTER INSERT OR DELETE ON person
    FOR EACH ROW EXECUTE FUNCTION keep_words_of_person();
CREATE TRIGGER person_renamed AFTER UPDATE ON person
    FOR EACH ROW WHEN (
        (OLD.first_name, OLD.last_name, OLD.birth_name, OLD.email, OLD.phone, OLD.second_phone,
            OLD.birth_date, OLD.erased_at)
        IS DISTINCT FROM
        (NEW.first_name, NEW.last_name, NEW.birth_name, NEW.email, NEW.phone, NEW.second_phone,
            NEW.birth_date, NEW.erased_at)
    ) EXECUTE FUNCTION keep_words_of_person();
CREATE TRIGGER booking_of_person BEFORE INSERT OR UPDATE OF person_id ON booking
    FOR EACH ROW WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION know_person();
CREATE TRIGGER waiting_of_person BEFORE INSERT OR UPDATE OF person_id ON waiting_entry
    FOR EACH ROW EXECUTE FUNCTION know_person();

SELECT protect_tenant_table('person_organisation');
SELECT protect_tenant_table('referent');
SELECT protect_tenant_table('person_note');
SELECT protect_tenant_table('person_apart');
SELECT protect_tenant_table('person_word');

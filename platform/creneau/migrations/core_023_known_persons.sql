-- Those who were there before, tenant by tenant: found by the same words, known to the organisations
-- that they came to, with what was noted about them. On its own, so that nobody waits for it.
DO $$
DECLARE
    whose uuid;
BEGIN
    FOR whose IN SELECT id FROM tenant LOOP
        PERFORM set_config('creneau.tenant_id', whose::text, true);
        INSERT INTO person_organisation (tenant_id, person_id, organisation_id)
            SELECT whose, b.person_id, p.organisation_id FROM booking b
            JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
            JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
            WHERE b.tenant_id = whose AND b.person_id IS NOT NULL
            UNION
            SELECT whose, e.person_id, m.organisation_id FROM waiting_entry e
            JOIN motive m ON m.tenant_id = e.tenant_id AND m.id = e.motive_id
            WHERE e.tenant_id = whose
            ON CONFLICT DO NOTHING;
        INSERT INTO person_organisation (tenant_id, person_id, organisation_id)
            SELECT whose, child.id, known.organisation_id FROM person child
            JOIN person_organisation known
                ON known.tenant_id = child.tenant_id AND known.person_id = child.responsible_id
            WHERE child.tenant_id = whose
            ON CONFLICT DO NOTHING;
        INSERT INTO person_organisation (tenant_id, person_id)
            SELECT whose, p.id FROM person p
            WHERE p.tenant_id = whose AND p.erased_at IS NULL AND NOT EXISTS (
                SELECT FROM person_organisation known
                WHERE known.tenant_id = whose AND known.person_id = p.id
            )
            ON CONFLICT DO NOTHING;
        INSERT INTO person_word (tenant_id, person_id, word)
            SELECT DISTINCT whose, p.id, word FROM person p, words_of_person(p) AS word
            WHERE p.tenant_id = whose AND p.erased_at IS NULL
            ON CONFLICT DO NOTHING;
        INSERT INTO person_note (tenant_id, note_id, person_id, text)
            SELECT whose, uuidv7(), id, notes FROM person WHERE tenant_id = whose AND notes <> '';
        UPDATE person SET notes = '' WHERE tenant_id = whose AND notes <> '';
    END LOOP;
    PERFORM set_config('creneau.tenant_id', '', true);
END $$;

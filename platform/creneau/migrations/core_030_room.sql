-- C-21: the search for the first free time passes over what bookings have filled in the index alone,
-- where it read each of those rows to see its note.
ALTER TABLE opening_occurrence
    ADD CONSTRAINT opening_occurrence_once UNIQUE (tenant_id, opening_id, starts_at)
        INCLUDE (ends_at, place_id, longest_gap),
    DROP CONSTRAINT opening_occurrence_tenant_id_opening_id_starts_at_key;

-- An index alone answers where the table was vacuumed: after so many rows, however many there are.
ALTER TABLE opening_occurrence SET (autovacuum_vacuum_max_threshold = 10000);

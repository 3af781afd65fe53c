-- Only who has somebody to answer for them. While the table is small PostgreSQL took this index, with
-- the tenant alone, for finding a person by id, and kept to it within a session: the check of each
-- key then read every person of the tenant, and a file of fifty thousand was never written.
DROP INDEX person_responsible;
CREATE INDEX person_responsible ON person (tenant_id, responsible_id)
    WHERE responsible_id IS NOT NULL;

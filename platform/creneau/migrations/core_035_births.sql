-- C-68: a long list of persons is gone through by birth date.
CREATE INDEX person_birth ON person (tenant_id, birth_date, id) WHERE birth_date IS NOT NULL;

-- C-68: a long list of persons is gone through by birth date.
CREATE INDEX person_birth ON person (tenant_id, birth_date, id) WHERE birth_date IS NOT NULL;

-- S-11: all invitations, the latest first.
CREATE INDEX invitation_made ON invitation (tenant_id, made_at, id);

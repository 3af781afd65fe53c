-- S-08: what is confidential is told by hand. Nothing is sent for such an appointment, and it shows on
-- no page of the person's. Online a code would go by mail, so that agents alone set them.
ALTER TABLE motive ADD COLUMN confidential boolean NOT NULL DEFAULT false;
ALTER TABLE motive ADD CONSTRAINT motive_confidential_check
    CHECK (NOT confidential OR audience = 'agents');

-- For whom a motive is confidential that is not so for everybody.
CREATE TABLE person_confidential (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid NOT NULL,
    motive_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, person_id, motive_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX person_confidential_motive ON person_confidential (tenant_id, motive_id);

SELECT protect_tenant_table('person_confidential');

-- S-10: what is kept of persons, so that the figures of a territory are read and not counted; filled by a worker,
-- some persons at a time, and counted anew for whoever's appointments or referents change.
CREATE TABLE social.received (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    booking_id uuid NOT NULL,
    person_id uuid NOT NULL,
    service_id uuid NOT NULL,
    motive_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    seen boolean NOT NULL,
    previous_at timestamptz,
    PRIMARY KEY (tenant_id, booking_id)
);
COMMENT ON TABLE social.received IS 'appointments that took place, or to which somebody did not come; without foreign keys, so that counting locks nobody''s file';
COMMENT ON COLUMN social.received.previous_at IS 'when the same service had seen the person last before';
CREATE INDEX received_starts ON social.received (tenant_id, starts_at) INCLUDE (motive_id, seen, previous_at);
CREATE INDEX received_person ON social.received (tenant_id, person_id);

-- One row for each person and referent.
CREATE TABLE social.contact (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    person_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    since timestamptz NOT NULL,
    seen_at timestamptz[] NOT NULL,
    planned_at timestamptz[] NOT NULL,
    PRIMARY KEY (tenant_id, person_id, agent_id)
);
COMMENT ON TABLE social.contact IS 'the appointments of a person with their referent, the earliest first';

CREATE TABLE social.keeping (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    filled_to uuid,
    filled_at timestamptz,
    PRIMARY KEY (tenant_id)
);
COMMENT ON TABLE social.keeping IS 'how far the two tables are filled in: up to which person, by id';

SELECT protect_tenant_table('social.received');
SELECT protect_tenant_table('social.contact');
SELECT protect_tenant_table('social.keeping');

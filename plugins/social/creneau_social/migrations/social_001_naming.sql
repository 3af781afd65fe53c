-- A schema of the plugin's own, with foreign keys towards the core only.
CREATE SCHEMA social;
GRANT USAGE ON SCHEMA social TO creneau_app;

-- Whether motives take their names from the referential (S-03); no row: they do not.
CREATE TABLE social.naming (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    enabled boolean NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id)
);

-- The names that a service's motives may have.
CREATE TABLE social.motive_name (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    service_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, service_id, name),
    FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id) ON DELETE CASCADE
);

-- An organisation that misses a name asks for it; the answer stays with the question.
CREATE TABLE social.name_request (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    organisation_id uuid NOT NULL,
    service_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'refused')),
    answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 1000),
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    decided_by uuid,
    decided_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, asked_by) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, decided_by) REFERENCES agent (tenant_id, id)
);
CREATE UNIQUE INDEX name_request_waiting ON social.name_request
    (tenant_id, organisation_id, service_id, name) WHERE state = 'waiting';
CREATE INDEX name_request_service ON social.name_request (tenant_id, service_id);
CREATE INDEX name_request_asker ON social.name_request (tenant_id, asked_by);
CREATE INDEX name_request_decider ON social.name_request (tenant_id, decided_by);

SELECT protect_tenant_table('social.naming');
SELECT protect_tenant_table('social.motive_name');
SELECT protect_tenant_table('social.name_request');

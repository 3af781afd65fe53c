-- Which facts about persons the territory works with (S-09); no row: those that the core knows.
CREATE TABLE social.situation_setting (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    fields text[] NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id)
);

-- What is kept of somebody's situation, in one sealed value: nobody searches or counts it.
CREATE TABLE social.situation (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid NOT NULL,
    told bytea NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, person_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id)
);
COMMENT ON COLUMN social.situation.told IS 'sealed JSON: values by field';

-- Who read which facts of whom, and when; only added to, until the person is erased.
CREATE TABLE social.reading (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
CREATE INDEX reading_person ON social.reading (tenant_id, person_id, at);
CREATE INDEX reading_agent ON social.reading (tenant_id, agent_id);

SELECT protect_tenant_table('social.situation_setting');
SELECT protect_tenant_table('social.situation');
SELECT protect_tenant_table('social.reading');
REVOKE UPDATE ON social.reading FROM creneau_app;

-- A sector: a named set of towns and streets, looked after by organisations or by agents (S-12).
CREATE TABLE social.sector (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

-- Without a street: the whole town, but for streets that other sectors name.
CREATE TABLE social.sector_zone (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    sector_id uuid NOT NULL,
    town_code text NOT NULL CHECK (town_code ~ '^[0-9AB]{5}$'),
    town_name text NOT NULL CHECK (town_name <> ''),
    street text NOT NULL DEFAULT '' CHECK (length(street) <= 200),
    street_plain text NOT NULL DEFAULT '',
    first_number integer CHECK (first_number BETWEEN 1 AND 99999),
    last_number integer CHECK (last_number BETWEEN 1 AND 99999),
    side text NOT NULL DEFAULT 'both' CHECK (side IN ('both', 'even', 'odd')),
    PRIMARY KEY (tenant_id, id),
    UNIQUE NULLS NOT DISTINCT
        (tenant_id, sector_id, town_code, street_plain, first_number, last_number, side),
    CHECK (last_number >= first_number),
    CHECK (street_plain <> '' OR (first_number IS NULL AND last_number IS NULL AND side = 'both')),
    FOREIGN KEY (tenant_id, sector_id) REFERENCES social.sector (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN social.sector_zone.street_plain IS 'the street as it is compared, without accents and abbreviations';
CREATE INDEX sector_zone_town ON social.sector_zone (tenant_id, town_code);

CREATE TABLE social.sector_duty (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    sector_id uuid NOT NULL,
    organisation_id uuid,
    agent_id uuid,
    PRIMARY KEY (tenant_id, id),
    UNIQUE NULLS NOT DISTINCT (tenant_id, sector_id, organisation_id, agent_id),
    CHECK ((organisation_id IS NULL) <> (agent_id IS NULL)),
    FOREIGN KEY (tenant_id, sector_id) REFERENCES social.sector (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
CREATE INDEX sector_duty_organisation ON social.sector_duty (tenant_id, organisation_id);
CREATE INDEX sector_duty_agent ON social.sector_duty (tenant_id, agent_id);

SELECT protect_tenant_table('social.sector');
SELECT protect_tenant_table('social.sector_zone');
SELECT protect_tenant_table('social.sector_duty');

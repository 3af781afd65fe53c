-- What the national schema of digital mediation places asks of a structure, beyond its name (D-09).
CREATE TABLE digital_aid.sheet (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    organisation_id uuid NOT NULL,
    pivot text NOT NULL DEFAULT '' CHECK (pivot ~ '^([a-zA-Z0-9]{9,14})?$'),
    services text[] NOT NULL DEFAULT '{}',
    fees text NOT NULL DEFAULT 'Gratuit'
        CHECK (fees IN ('Gratuit', 'Gratuit sous condition', 'Payant')),
    itinerant boolean NOT NULL DEFAULT false,
    summary text NOT NULL DEFAULT '' CHECK (length(summary) <= 280),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, organisation_id),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
);
COMMENT ON COLUMN digital_aid.sheet.pivot IS 'SIRET, RNA or RIDET; without one the structure is not in the feed';

SELECT protect_tenant_table('digital_aid.sheet');

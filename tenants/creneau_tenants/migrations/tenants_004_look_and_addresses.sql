-- How a tenant looks before and after it is published, its logo, its accessibility statement, and
-- the addresses of its own that are still to be proven.
ALTER TABLE tenant_profile
    ADD COLUMN logo text NOT NULL DEFAULT '' CHECK (logo ~ '^([0-9a-f]{32})?$'),
    ADD COLUMN accessibility text NOT NULL DEFAULT 'not_conform'
        CHECK (accessibility IN ('conform', 'partly_conform', 'not_conform'));
COMMENT ON COLUMN tenant_profile.logo IS 'digest of the published logo; empty: none';

CREATE TABLE look_draft (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    look jsonb NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id)
);

-- Re-encoded by us before it gets here: never what was sent.
CREATE TABLE logo (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{32}$'),
    content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 1000000),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, digest)
);

CREATE TABLE accessibility_statement (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    audited_on date,
    audited_by text NOT NULL DEFAULT '',
    exceptions text NOT NULL DEFAULT '',
    contact text NOT NULL DEFAULT '',
    saved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id)
);

-- Several tenants may claim an address; it belongs to the one that proves it, in `domain`.
CREATE TABLE domain_claim (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    host text NOT NULL CHECK (host ~ '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$'),
    secret text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, host)
);

SELECT protect_tenant_table('look_draft'), protect_tenant_table('logo'),
       protect_tenant_table('accessibility_statement'), protect_tenant_table('domain_claim');

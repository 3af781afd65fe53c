-- Where each tenant is found and how it looks. Everybody reads it, before a tenant is known, so it
-- holds no personal data; only the tenant itself writes its rows.
CREATE TABLE domain (
    host text PRIMARY KEY CHECK (host ~ '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$'),
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    is_primary boolean NOT NULL DEFAULT true,
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN domain.verified_at IS 'NULL: not served yet';
CREATE UNIQUE INDEX domain_primary ON domain (tenant_id) WHERE is_primary;
CREATE INDEX domain_tenant ON domain (tenant_id);

CREATE TABLE tenant_profile (
    tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
    plugins text[] NOT NULL DEFAULT '{}',
    brand text NOT NULL DEFAULT '#0B6E69' CHECK (brand ~ '^#[0-9A-F]{6}$'),
    brand_ink text NOT NULL DEFAULT '#FFFFFF' CHECK (brand_ink ~ '^#[0-9A-F]{6}$'),
    public_text text NOT NULL DEFAULT '',
    legal_notice text NOT NULL DEFAULT '',
    footer text NOT NULL DEFAULT '',
    sender_name text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);

SELECT protect_tenant_table('domain'), protect_tenant_table('tenant_profile');
CREATE POLICY directory_is_read_by_all ON domain FOR SELECT USING (true);
CREATE POLICY directory_is_read_by_all ON tenant_profile FOR SELECT USING (true);

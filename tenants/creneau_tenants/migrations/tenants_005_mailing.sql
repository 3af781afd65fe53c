-- A tenant's own sender address, confirmed by a link, and its own mail server. No personal data:
-- the address is the organisation's.
CREATE TABLE mail_setting (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    address text NOT NULL DEFAULT '' CHECK (length(address) <= 254),
    asked_at timestamptz,
    confirmed_at timestamptz,
    host text NOT NULL DEFAULT '' CHECK (length(host) <= 253),
    port integer NOT NULL DEFAULT 587 CHECK (port BETWEEN 1 AND 65535),
    security text NOT NULL DEFAULT 'required'
        CHECK (security IN ('implicit', 'required', 'opportunistic')),
    username text NOT NULL DEFAULT '',
    password bytea,
    enabled boolean NOT NULL DEFAULT false,
    tested_at timestamptz,
    trouble text NOT NULL DEFAULT '',
    trouble_since timestamptz,
    tried_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id),
    CHECK (NOT enabled OR (host <> '' AND tested_at IS NOT NULL AND confirmed_at IS NOT NULL)),
    CHECK ((trouble = '') = (trouble_since IS NULL)),
    CHECK (confirmed_at IS NULL OR address <> '')
);
COMMENT ON COLUMN mail_setting.password IS 'sealed';
COMMENT ON COLUMN mail_setting.tried_at IS 'when the server was last found not to work';

-- The links that may confirm the address, by the digest of their secret.
CREATE TABLE mail_confirmation (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    digest bytea NOT NULL,
    address text NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, digest)
);

SELECT protect_tenant_table('mail_setting'), protect_tenant_table('mail_confirmation');

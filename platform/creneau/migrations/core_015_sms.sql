-- How a tenant's SMS leave, what they may cost, and what is counted (C-80). Nothing here names a
-- person: a dispatch is known by the reference of the work that sends it.
CREATE TABLE sms_setting (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    gateway text NOT NULL DEFAULT '',
    connection jsonb NOT NULL DEFAULT '{}',
    secrets bytea,
    enabled boolean NOT NULL DEFAULT false,
    tested_at timestamptz,
    sender text NOT NULL DEFAULT '' CHECK (sender ~ '^[A-Za-z0-9 .-]{0,11}$'),
    price integer NOT NULL DEFAULT 0 CHECK (price BETWEEN 0 AND 100000),
    monthly_limit integer NOT NULL DEFAULT 1000 CHECK (monthly_limit >= 0),
    abroad boolean NOT NULL DEFAULT false,
    quiet_begins time NOT NULL DEFAULT '20:00',
    quiet_ends time NOT NULL DEFAULT '08:00',
    quiet_sundays boolean NOT NULL DEFAULT true,
    quiet_holidays boolean NOT NULL DEFAULT true,
    trouble text NOT NULL DEFAULT '',
    trouble_since timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id),
    CHECK (NOT enabled OR (gateway <> '' AND tested_at IS NOT NULL)),
    CHECK ((trouble = '') = (trouble_since IS NULL))
);
COMMENT ON COLUMN sms_setting.price IS 'per part, in ten-thousandths of a euro; 0: not known';
COMMENT ON COLUMN sms_setting.monthly_limit IS 'in parts';
COMMENT ON COLUMN sms_setting.secrets IS 'sealed JSON: the secret values of the connection';

-- One row a month, taken by whoever sends: two workers cannot both have the last part.
CREATE TABLE sms_month (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    parts integer NOT NULL DEFAULT 0 CHECK (parts >= 0),
    sent integer NOT NULL DEFAULT 0 CHECK (sent >= 0),
    refused integer NOT NULL DEFAULT 0 CHECK (refused >= 0),
    PRIMARY KEY (tenant_id, month)
);

-- An SMS whose parts are counted: tried again, it is not counted again, and once the gateway has
-- it, it is not sent again.
CREATE TABLE sms_dispatch (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
    month date NOT NULL,
    parts integer NOT NULL CHECK (parts > 0),
    state text NOT NULL DEFAULT 'reserved' CHECK (state IN ('reserved', 'accepted')),
    gateway_id text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, reference),
    FOREIGN KEY (tenant_id, month) REFERENCES sms_month (tenant_id, month)
);
CREATE INDEX sms_dispatch_month ON sms_dispatch (tenant_id, month);

SELECT protect_tenant_table('sms_setting'), protect_tenant_table('sms_month'),
       protect_tenant_table('sms_dispatch');

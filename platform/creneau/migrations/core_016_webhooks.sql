-- Addresses that a tenant has told of what happens (T-13), and what was sent to each.
CREATE TABLE webhook_endpoint (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    address text NOT NULL CHECK (address <> ''),
    description text NOT NULL DEFAULT '',
    events text[] NOT NULL CHECK (cardinality(events) > 0),
    state text NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'paused', 'failing', 'gone')),
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_until timestamptz,
    failing_since timestamptz,
    failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, address),
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CHECK ((failing_since IS NULL) = (failures = 0))
);
COMMENT ON COLUMN webhook_endpoint.state IS
    'on; paused by somebody; switched off after days of failures, or because the receiver said 410';
COMMENT ON COLUMN webhook_endpoint.secret IS 'sealed; signs every message';
COMMENT ON COLUMN webhook_endpoint.previous_secret IS 'sealed; signs beside the other until previous_until';

-- A queue of its own beside the outbox: a receiver that takes its time holds up nobody else.
CREATE TABLE webhook_delivery (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event text NOT NULL,
    body text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
    due_at timestamptz NOT NULL,
    deadline_at timestamptz NOT NULL,
    lease_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    attempts_before integer NOT NULL DEFAULT 0,
    last_at timestamptz,
    last_status integer,
    last_error text NOT NULL DEFAULT '',
    last_milliseconds integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, endpoint_id, event_id),
    FOREIGN KEY (tenant_id, endpoint_id)
        REFERENCES webhook_endpoint (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN webhook_delivery.event_id IS 'what the receiver knows it by: the same at every attempt and for every endpoint';
COMMENT ON COLUMN webhook_delivery.attempts_before IS 'made before the last replay: waiting times begin anew with it';
CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, endpoint_id, due_at)
    WHERE state = 'waiting';
CREATE INDEX webhook_delivery_latest ON webhook_delivery (tenant_id, endpoint_id, id);
CREATE INDEX webhook_delivery_old ON webhook_delivery (tenant_id, created_at);

SELECT protect_tenant_table('webhook_endpoint');
SELECT protect_tenant_table('webhook_delivery');

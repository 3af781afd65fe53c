-- Every message has a receipt (C-82): a row for each reader and way, with the id of the outbox row
-- that sends it, so that the Message-ID of a mail names both. The address is personal data: it is
-- exported and blanked with the person.
CREATE TABLE message (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    about text NOT NULL CHECK (about IN ('booking', 'waiting', 'code', 'agent')),
    occasion text NOT NULL,
    booking_id uuid,
    person_id uuid,
    agent_id uuid,
    reader text NOT NULL,
    reader_name text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    address text NOT NULL,
    sequence integer NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sent', 'failed', 'bounced', 'set_aside')),
    reason text,
    attempts integer NOT NULL DEFAULT 0,
    resend_of uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    tried_at timestamptz,
    sent_at timestamptz,
    settled_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, resend_of) REFERENCES message (tenant_id, id),
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK (state IN ('queued', 'sent') OR reason IS NOT NULL)
);
COMMENT ON COLUMN message.id IS 'the id of the outbox row, and the Message-ID of a mail';
COMMENT ON COLUMN message.reason IS 'a stable code; while queued, why the last attempt did not succeed';
COMMENT ON COLUMN message.settled_at IS 'when it was sent, failed, came back or was set aside';
CREATE INDEX message_booking ON message (tenant_id, booking_id);
CREATE INDEX message_person ON message (tenant_id, person_id);
CREATE INDEX message_agent ON message (tenant_id, agent_id);
CREATE INDEX message_address ON message (tenant_id, address);
CREATE INDEX message_resend_of ON message (tenant_id, resend_of);
CREATE INDEX message_passing ON message (tenant_id, created_at) WHERE about <> 'booking';

-- By which ways somebody wants what is not essential; without a row, the motive decides.
CREATE TABLE person_preference (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid NOT NULL,
    by_email boolean NOT NULL,
    by_sms boolean NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, person_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id)
);

-- About which appointments an agent is written to; without a row, about their own.
CREATE TABLE agent_preference (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    agent_id uuid NOT NULL,
    scope text NOT NULL CHECK (scope IN ('own', 'reach', 'none')),
    taken boolean NOT NULL,
    moved boolean NOT NULL,
    cancelled boolean NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, agent_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);

ALTER TABLE motive ADD COLUMN person_channels text NOT NULL DEFAULT 'one'
    CHECK (person_channels IN ('email', 'one', 'both', 'sms'));
COMMENT ON COLUMN motive.person_channels IS 'email: by mail only; one: by mail, by SMS for who has none; both; sms: by SMS, by mail for who has no mobile phone';

SELECT protect_tenant_table('message');
SELECT protect_tenant_table('person_preference');
SELECT protect_tenant_table('agent_preference');

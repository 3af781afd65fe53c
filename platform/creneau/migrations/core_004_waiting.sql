-- C-28: who waits for an earlier slot, what they were offered, and the links of their messages.
-- Without a motive: the tenant's default, where the motive has no rule of its own.
CREATE TABLE waiting_rule (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    motive_id uuid,
    open boolean NOT NULL DEFAULT true,
    offer_minutes integer NOT NULL DEFAULT 120 CHECK (offer_minutes BETWEEN 15 AND 10080),
    PRIMARY KEY (tenant_id, id),
    UNIQUE NULLS NOT DISTINCT (tenant_id, motive_id),
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id)
);
COMMENT ON COLUMN waiting_rule.open IS 'one may ask for an earlier slot';
COMMENT ON COLUMN waiting_rule.offer_minutes IS 'how long a freed slot is held for who waits; only the day counts';

CREATE TABLE waiting_entry (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid NOT NULL,
    motive_id uuid NOT NULL,
    place_id uuid,
    wanted_before timestamptz,
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'offered', 'served', 'left', 'over')),
    requested_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK ((state IN ('waiting', 'offered')) = (closed_at IS NULL)),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
COMMENT ON COLUMN waiting_entry.place_id IS 'NULL: whatever place takes the motive';
COMMENT ON COLUMN waiting_entry.wanted_before IS 'the first slot that was free when it was asked for; NULL: none was';
CREATE UNIQUE INDEX waiting_entry_once ON waiting_entry (tenant_id, person_id, motive_id)
    WHERE state IN ('waiting', 'offered');
CREATE INDEX waiting_entry_line ON waiting_entry (tenant_id, requested_at)
    WHERE state IN ('waiting', 'offered');
CREATE INDEX waiting_entry_motive ON waiting_entry (tenant_id, motive_id);
CREATE INDEX waiting_entry_place ON waiting_entry (tenant_id, place_id);

CREATE TABLE waiting_offer (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    entry_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    place_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    held_until timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'accepted', 'declined', 'expired')),
    made_at timestamptz NOT NULL,
    answered_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK ((state = 'open') = (answered_at IS NULL)),
    -- Nobody is offered the same slot twice, and nobody two at once.
    UNIQUE (tenant_id, entry_id, place_id, starts_at),
    FOREIGN KEY (tenant_id, entry_id) REFERENCES waiting_entry (tenant_id, id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, id),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
COMMENT ON COLUMN waiting_offer.booking_id IS 'the hold; once accepted, the appointment that came of it';
CREATE UNIQUE INDEX waiting_offer_open ON waiting_offer (tenant_id, entry_id) WHERE state = 'open';
CREATE INDEX waiting_offer_booking ON waiting_offer (tenant_id, booking_id);
CREATE INDEX waiting_offer_place ON waiting_offer (tenant_id, place_id);

-- C-45: the secret itself is only in the message.
CREATE TABLE waiting_link (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    entry_id uuid NOT NULL,
    digest bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest),
    FOREIGN KEY (tenant_id, entry_id) REFERENCES waiting_entry (tenant_id, id)
);
CREATE INDEX waiting_link_entry ON waiting_link (tenant_id, entry_id);

SELECT protect_tenant_table('waiting_rule');
SELECT protect_tenant_table('waiting_entry');
SELECT protect_tenant_table('waiting_offer');
SELECT protect_tenant_table('waiting_link');

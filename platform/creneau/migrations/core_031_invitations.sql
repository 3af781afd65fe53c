-- Invitations to book (S-11): to whom, for which motive or category, by which way, until when.
-- Whether the appointment that came of one still stands is read from the appointment.
CREATE TABLE invitation (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    person_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    motive_id uuid,
    category text NOT NULL DEFAULT '',
    referents_only boolean NOT NULL DEFAULT false,
    channel text NOT NULL CHECK (channel IN ('email', 'sms', 'letter')),
    message text NOT NULL DEFAULT '' CHECK (length(message) <= 2000),
    last_day date NOT NULL,
    ends_at timestamptz NOT NULL,
    made_by uuid,
    made_at timestamptz NOT NULL,
    opened_at timestamptz,
    reminded_at timestamptz,
    revoked_at timestamptz,
    booking_id uuid,
    booked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK ((motive_id IS NULL) = (category <> '')),
    CHECK ((booking_id IS NULL) = (booked_at IS NULL)),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id),
    FOREIGN KEY (tenant_id, made_by) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, id)
);
COMMENT ON COLUMN invitation.category IS 'every motive of the organisation with this category; empty: the motive';
COMMENT ON COLUMN invitation.last_day IS 'the last day on which one may book with it, where the organisation is';
COMMENT ON COLUMN invitation.ends_at IS 'the end of that day';
COMMENT ON COLUMN invitation.message IS 'what the agent wrote into it';
CREATE INDEX invitation_person ON invitation (tenant_id, person_id);
CREATE INDEX invitation_organisation ON invitation (tenant_id, organisation_id);
CREATE INDEX invitation_motive ON invitation (tenant_id, motive_id);
CREATE INDEX invitation_made_by ON invitation (tenant_id, made_by);
CREATE INDEX invitation_booking ON invitation (tenant_id, booking_id);

-- The secret itself is only in the message, or on the paper.
CREATE TABLE invitation_link (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    invitation_id uuid NOT NULL,
    digest bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest),
    FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX invitation_link_invitation ON invitation_link (tenant_id, invitation_id);

CREATE TABLE invitation_rule (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    remind_after_days integer CHECK (remind_after_days BETWEEN 1 AND 60),
    valid_days integer NOT NULL CHECK (valid_days BETWEEN 1 AND 365),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id)
);
COMMENT ON TABLE invitation_rule IS 'without a row: what everybody begins with';
COMMENT ON COLUMN invitation_rule.remind_after_days IS 'NULL: nobody is reminded';

SELECT protect_tenant_table('invitation');
SELECT protect_tenant_table('invitation_link');
SELECT protect_tenant_table('invitation_rule');

-- Receipts are also about invitations. What is there satisfies the narrower rule of before: it need
-- not be read again.
ALTER TABLE message DROP CONSTRAINT message_about_check;
ALTER TABLE message ADD CONSTRAINT message_about_check
    CHECK (about IN ('booking', 'waiting', 'code', 'agent', 'invitation')) NOT VALID;
CREATE INDEX message_about_id ON message (tenant_id, about_id) WHERE about_id IS NOT NULL;
COMMENT ON COLUMN message.about_id IS 'waiting_offer: the offer; waiting_joined: the place in line; invitation…: the invitation';

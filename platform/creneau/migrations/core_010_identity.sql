-- How agents come in, stay in, and are let go: invitations and resets by link, second factors,
-- what a session was opened with, who looked through whose eyes, and the last administrator.

ALTER TABLE session
    ADD COLUMN method text NOT NULL DEFAULT 'password'
        CHECK (method IN ('password', 'second_factor', 'sign_on')),
    ADD COLUMN device text NOT NULL DEFAULT '' CHECK (length(device) <= 60);
COMMENT ON COLUMN session.method IS 'what proved who the agent is';
COMMENT ON COLUMN session.device IS 'browser and system in words, as the browser named them at sign-in';

ALTER TABLE agent ADD COLUMN invited_at timestamptz;
COMMENT ON COLUMN agent.invited_at IS 'when the last invitation was asked for; its links die 7 days after';

-- The secret itself is only in the message; only its digest is here.
CREATE TABLE agent_link (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    agent_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('invitation', 'password')),
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
CREATE INDEX agent_link_agent ON agent_link (tenant_id, agent_id, purpose);

-- A time-based code (RFC 6238); unconfirmed until a first code was typed.
CREATE TABLE second_factor (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    agent_id uuid NOT NULL,
    secret bytea NOT NULL,
    last_step integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    PRIMARY KEY (tenant_id, agent_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
COMMENT ON COLUMN second_factor.secret IS 'sealed';
COMMENT ON COLUMN second_factor.last_step IS 'the step of the last code accepted: no code is good twice';

CREATE TABLE recovery_code (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    agent_id uuid NOT NULL,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    PRIMARY KEY (tenant_id, agent_id, digest),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);

-- T-08: an administrator saw the back office as a colleague; the colleague is shown when.
CREATE TABLE seeing (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    agent_id uuid NOT NULL,
    seen_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK (agent_id <> seen_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, seen_id) REFERENCES agent (tenant_id, id)
);
CREATE INDEX seeing_seen ON seeing (tenant_id, seen_id, started_at);
CREATE INDEX seeing_agent ON seeing (tenant_id, agent_id);

SELECT protect_tenant_table('agent_link'), protect_tenant_table('second_factor'),
       protect_tenant_table('recovery_code'), protect_tenant_table('seeing');

-- Whoever administers is an active agent with the built-in role. An organisation that has an
-- administrator keeps one, whatever two colleagues do at the same moment: each change that could
-- take one away waits for the other to be committed before it counts. Deferrable, so that a whole
-- tenant can be taken away.
CREATE FUNCTION keep_an_administrator(tenant uuid, organisation uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(tenant::text, 10));
    IF EXISTS (
        SELECT FROM organisation o
        WHERE o.tenant_id = tenant AND o.id = organisation AND o.archived_at IS NULL
    ) AND NOT EXISTS (
        SELECT FROM membership m
        JOIN role r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
            AND r.built_in AND r.code = 'administrator'
        JOIN agent a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id AND a.state = 'active'
        WHERE m.tenant_id = tenant AND m.organisation_id = organisation
    ) THEN
        RAISE EXCEPTION 'the last administrator of an organisation stays'
            USING ERRCODE = 'CR010', CONSTRAINT = 'last_administrator';
    END IF;
END $$;

CREATE FUNCTION membership_keeps_an_administrator() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM role r JOIN agent a ON a.tenant_id = r.tenant_id AND a.id = OLD.agent_id
        WHERE r.tenant_id = OLD.tenant_id AND r.id = OLD.role_id
            AND r.built_in AND r.code = 'administrator' AND a.state = 'active'
    ) THEN
        PERFORM keep_an_administrator(OLD.tenant_id, OLD.organisation_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION agent_keeps_an_administrator() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    administered uuid;
BEGIN
    FOR administered IN
        SELECT m.organisation_id FROM membership m
        JOIN role r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
            AND r.built_in AND r.code = 'administrator'
        WHERE m.tenant_id = OLD.tenant_id AND m.agent_id = OLD.id
        ORDER BY m.organisation_id
    LOOP
        PERFORM keep_an_administrator(OLD.tenant_id, administered);
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER last_administrator
    AFTER UPDATE OF role_id, organisation_id, agent_id OR DELETE ON membership
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION membership_keeps_an_administrator();

CREATE CONSTRAINT TRIGGER last_administrator
    AFTER UPDATE OF state ON agent
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (OLD.state = 'active' AND NEW.state <> 'active')
    EXECUTE FUNCTION agent_keeps_an_administrator();

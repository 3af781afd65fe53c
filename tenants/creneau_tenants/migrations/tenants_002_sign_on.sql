-- Single sign-on (T-06): the providers of a tenant, who is who at them, and what is on its way.
CREATE TABLE identity_provider (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    label text NOT NULL CHECK (label <> ''),
    profile text NOT NULL CHECK (profile IN ('generic', 'proconnect', 'franceconnect', 'keycloak', 'entra')),
    for_agents boolean NOT NULL,
    for_public boolean NOT NULL,
    issuer text NOT NULL CHECK (issuer <> ''),
    client_id text NOT NULL CHECK (client_id <> ''),
    secret bytea NOT NULL,
    client_sent text NOT NULL CHECK (client_sent IN ('header', 'body')),
    scopes text[] NOT NULL,
    claim_map jsonb NOT NULL,
    algorithms text[] NOT NULL CHECK (algorithms <> '{}'),
    pkce boolean NOT NULL,
    acr_values text[] NOT NULL DEFAULT '{}',
    userinfo text NOT NULL CHECK (userinfo IN ('none', 'plain', 'signed')),
    sole boolean NOT NULL DEFAULT false,
    creates_agents boolean NOT NULL DEFAULT false,
    default_organisation_id uuid,
    default_service_id uuid,
    default_role_id uuid,
    admitted_claim text NOT NULL DEFAULT '',
    admitted_values text[] NOT NULL DEFAULT '{}',
    enabled boolean NOT NULL DEFAULT false,
    tested_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, label),
    CHECK (for_agents OR for_public),
    CHECK (tested_at IS NOT NULL OR NOT enabled),
    FOREIGN KEY (tenant_id, default_organisation_id) REFERENCES organisation (tenant_id, id),
    FOREIGN KEY (tenant_id, default_service_id) REFERENCES service (tenant_id, id),
    FOREIGN KEY (tenant_id, default_role_id) REFERENCES role (tenant_id, id)
);
COMMENT ON COLUMN identity_provider.secret IS 'sealed';
COMMENT ON COLUMN identity_provider.sole IS 'agents sign in here or at another such provider, not by password';
COMMENT ON COLUMN identity_provider.tested_at IS 'NULL: what it takes to connect was changed since the last whole round trip';
CREATE INDEX identity_provider_organisation ON identity_provider (tenant_id, default_organisation_id);
CREATE INDEX identity_provider_service ON identity_provider (tenant_id, default_service_id);
CREATE INDEX identity_provider_role ON identity_provider (tenant_id, default_role_id);

-- Who an agent is at a provider. Made by the agents' own doing or by creation, never by e-mail.
CREATE TABLE external_identity (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    provider_id uuid NOT NULL,
    subject text NOT NULL CHECK (subject <> ''),
    agent_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, provider_id, subject),
    UNIQUE (tenant_id, provider_id, agent_id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES identity_provider (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
CREATE INDEX external_identity_agent ON external_identity (tenant_id, agent_id);

-- A visitor on the way to a provider and back; bound to the session in which it began.
CREATE TABLE sign_on_flow (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    provider_id uuid NOT NULL,
    session_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('agent', 'person', 'link', 'invitation', 'test', 'sign_out')),
    agent_id uuid,
    host text NOT NULL,
    way text NOT NULL,
    kept bytea,
    answer bytea,
    hand_over bytea,
    hand_over_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    returned_at timestamptz,
    used_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES identity_provider (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
COMMENT ON COLUMN sign_on_flow.kept IS 'sealed: the nonce and the code verifier';
COMMENT ON COLUMN sign_on_flow.answer IS 'sealed: what the provider sent back';
CREATE UNIQUE INDEX sign_on_flow_hand_over ON sign_on_flow (tenant_id, hand_over);
CREATE INDEX sign_on_flow_provider ON sign_on_flow (tenant_id, provider_id);
CREATE INDEX sign_on_flow_session ON sign_on_flow (tenant_id, session_id);
CREATE INDEX sign_on_flow_agent ON sign_on_flow (tenant_id, agent_id);
CREATE INDEX sign_on_flow_expires ON sign_on_flow (tenant_id, expires_at);

-- Which of our sessions came from which of a provider's, so that either side can end both.
CREATE TABLE sign_on_session (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    session_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    subject text NOT NULL,
    sid text NOT NULL DEFAULT '',
    id_token bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, provider_id) REFERENCES identity_provider (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN sign_on_session.id_token IS 'sealed';
CREATE INDEX sign_on_session_subject ON sign_on_session (tenant_id, provider_id, subject);
CREATE INDEX sign_on_session_sid ON sign_on_session (tenant_id, provider_id, sid);

-- Sign-out tokens that were worked off: none is good twice.
CREATE TABLE sign_out_token (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    provider_id uuid NOT NULL,
    jti text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, provider_id, jti),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES identity_provider (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sign_out_token_expires ON sign_out_token (tenant_id, expires_at);

SELECT protect_tenant_table('identity_provider'), protect_tenant_table('external_identity'),
       protect_tenant_table('sign_on_flow'), protect_tenant_table('sign_on_session'),
       protect_tenant_table('sign_out_token');

-- C-68: searches of lists under a name, for their agent or for a service of theirs.
CREATE TABLE saved_search (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    path text NOT NULL CHECK (path ~ '^(/[a-z0-9-]+)+$'),
    name text NOT NULL CHECK (name <> ''),
    query text NOT NULL CHECK (length(query) <= 1000),
    agent_id uuid NOT NULL,
    service_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN saved_search.path IS 'the address of the list';
COMMENT ON COLUMN saved_search.query IS 'the end of the address that asks for it';
COMMENT ON COLUMN saved_search.service_id IS 'who shares it; NULL: its agent alone has it';
CREATE INDEX saved_search_agent ON saved_search (tenant_id, agent_id, path);
CREATE INDEX saved_search_service ON saved_search (tenant_id, service_id, path);

CREATE TABLE saved_search_opening (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    agent_id uuid NOT NULL,
    path text NOT NULL,
    search_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, path),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, search_id) REFERENCES saved_search (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE saved_search_opening IS 'the search with which a list opens for an agent';
CREATE INDEX saved_search_opening_search ON saved_search_opening (tenant_id, search_id);

SELECT protect_tenant_table('saved_search');
SELECT protect_tenant_table('saved_search_opening');

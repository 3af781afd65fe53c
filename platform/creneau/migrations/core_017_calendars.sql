-- C-83: ways into a calendar. An address holds its secret; a password is for programs that speak
-- CalDAV. Neither is kept, only their digests. An ended one stays, so that programs are told so.
CREATE TABLE calendar_access (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    kind text NOT NULL CHECK (kind IN ('address', 'password')),
    agent_id uuid,
    person_id uuid,
    name text NOT NULL CHECK (name <> ''),
    detail text NOT NULL CHECK (detail IN ('motive', 'initials', 'name')),
    colleagues boolean NOT NULL DEFAULT false,
    locale text NOT NULL CHECK (locale IN ('fr', 'en')),
    digest bytea NOT NULL,
    etag bytea,
    changed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest),
    CHECK (num_nonnulls(agent_id, person_id) = 1),
    CHECK (kind = 'address' OR agent_id IS NOT NULL),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id)
);
COMMENT ON COLUMN calendar_access.detail IS 'what an event says of the person who comes';
COMMENT ON COLUMN calendar_access.colleagues IS 'also the agendas within the agent''s reach';
COMMENT ON COLUMN calendar_access.etag IS 'what was answered last, and since when it reads so';
CREATE INDEX calendar_access_agent ON calendar_access (tenant_id, agent_id);
CREATE INDEX calendar_access_person ON calendar_access (tenant_id, person_id);

-- A calendar elsewhere, whose busy times become absences. The address is sealed: it often is a
-- secret of its own.
CREATE TABLE busy_source (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    agent_id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    address bytea NOT NULL,
    host text NOT NULL,
    etag text NOT NULL DEFAULT '',
    last_modified text NOT NULL DEFAULT '',
    read_on date,
    due_at timestamptz NOT NULL,
    good_at timestamptz,
    failing_since timestamptz,
    failure text NOT NULL DEFAULT '',
    told_at timestamptz,
    events integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CHECK ((failing_since IS NULL) = (failure = '')),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id)
);
COMMENT ON COLUMN busy_source.read_on IS 'the day on which all of it was read: what repeats reaches further each day';
COMMENT ON COLUMN busy_source.told_at IS 'when the agent was told by mail that it fails';
CREATE INDEX busy_source_agent ON busy_source (tenant_id, agent_id);
CREATE INDEX busy_source_due ON busy_source (tenant_id, due_at);

ALTER TABLE absence ADD COLUMN source_id uuid;
ALTER TABLE absence ADD FOREIGN KEY (tenant_id, source_id) REFERENCES busy_source (tenant_id, id);
COMMENT ON COLUMN absence.source_id IS 'the calendar elsewhere that it was read from, and follows';
CREATE INDEX absence_source ON absence (tenant_id, source_id) WHERE source_id IS NOT NULL;

-- A calendar shows what was cancelled for a while. A hold that ended is none of its business.
CREATE INDEX allocation_freed ON allocation (tenant_id, resource_id, starts_at)
    WHERE NOT active AND held_until IS NULL;

SELECT protect_tenant_table('calendar_access');
SELECT protect_tenant_table('busy_source');

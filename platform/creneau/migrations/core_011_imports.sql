-- Data that a tenant brings along as CSV (T-14). What was sent is kept until it is imported or
-- given up, and never longer than a week.
CREATE TABLE data_import (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    kind text NOT NULL CHECK (kind IN ('agents', 'places', 'persons', 'openings')),
    file_name text NOT NULL,
    locale text NOT NULL CHECK (locale IN ('fr', 'en')),
    content bytea,
    state text NOT NULL DEFAULT 'checking'
        CHECK (state IN ('checking', 'checked', 'running', 'done')),
    lines integer NOT NULL CHECK (lines > 0),
    looked_at integer NOT NULL DEFAULT 0,
    made integer NOT NULL DEFAULT 0,
    known integer NOT NULL DEFAULT 0,
    wrong integer NOT NULL DEFAULT 0,
    faults jsonb NOT NULL DEFAULT '[]',
    agent_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    CHECK ((state = 'done') = (ended_at IS NOT NULL)),
    CHECK (state = 'done' OR content IS NOT NULL)
);
COMMENT ON COLUMN data_import.faults IS 'the first faults: line, column, sentence in the locale of whoever sent the file';
CREATE INDEX data_import_agent ON data_import (tenant_id, agent_id);

SELECT protect_tenant_table('data_import');

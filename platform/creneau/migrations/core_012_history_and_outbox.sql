-- C-84: lanes, so that no kind of work waits for another; work set aside with its reason.
ALTER TABLE outbox
    ADD COLUMN lane text NOT NULL DEFAULT 'usual'
        CHECK (lane IN ('prompt', 'usual', 'message', 'slow')),
    ADD COLUMN lapses integer NOT NULL DEFAULT 0,
    ADD COLUMN aside_at timestamptz;
COMMENT ON COLUMN outbox.lapses IS 'how often in a row a worker was lost over it';
COMMENT ON COLUMN outbox.aside_at IS 'since when it waits for an operator; last_error says why';

-- What was given up so far was due never. The owner may look at all tenants for that alone.
ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY;
UPDATE outbox SET aside_at = now() WHERE done_at IS NULL AND due_at = 'infinity';
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;

CREATE INDEX outbox_lane_due ON outbox (tenant_id, lane, due_at)
    WHERE done_at IS NULL AND aside_at IS NULL;
CREATE INDEX outbox_aside ON outbox (tenant_id, aside_at)
    WHERE done_at IS NULL AND aside_at IS NOT NULL;
DROP INDEX outbox_due;

-- How far the messages that a tenant has sent reach into its time, at so many a minute.
CREATE TABLE outbox_pace (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    taken_until timestamptz NOT NULL,
    PRIMARY KEY (tenant_id)
);
SELECT protect_tenant_table('outbox_pace');

-- No tenant's and nobody's: that some worker lives.
CREATE TABLE worker_sign (
    id uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON worker_sign TO creneau_app;

-- C-66: what was written into the history is linked afterwards into one chain per tenant. A seal
-- has no foreign key to its entry: it must outlive it, to show that it is missing.
CREATE TABLE history_seal (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    position bigint NOT NULL CHECK (position > 0),
    history_id uuid NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    sealed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, position),
    UNIQUE (tenant_id, history_id)
);
SELECT protect_tenant_table('history_seal');
REVOKE UPDATE, DELETE ON history_seal FROM creneau_app;

-- Whoever comes, the owner included, adds to the history and changes nothing. One function may take
-- entries away: the one that forgets a sign-up that nobody verified, with the whole tenant. (The
-- owner can drop a trigger; the chain then shows what was done.)
CREATE FUNCTION history_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    calls text;
BEGIN
    GET DIAGNOSTICS calls = PG_CONTEXT;
    IF TG_OP = 'DELETE' AND calls ~ '[^.\w"]forget_sign_up\(timestamp with time zone\)' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the history is only added to: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER history_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON history
    FOR EACH STATEMENT EXECUTE FUNCTION history_stands();
CREATE TRIGGER history_seal_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON history_seal
    FOR EACH STATEMENT EXECUTE FUNCTION history_stands();

-- Who did what when, the latest first: whatever is asked, a page is read from an index.
CREATE INDEX history_actor ON history (tenant_id, actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX history_kind ON history (tenant_id, subject_kind, id);

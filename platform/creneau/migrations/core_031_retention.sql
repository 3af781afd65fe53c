-- How long files and appointments without activity are kept, in months, and since when that holds: what it
-- reaches stands in a list for thirty days first, also where the delay was shortened (T-11, S-14).
CREATE TABLE retention_rule (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    months integer NOT NULL CHECK (months BETWEEN 6 AND 120),
    since timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id)
);
COMMENT ON TABLE retention_rule IS 'without a row: what everybody begins with';
SELECT protect_tenant_table('retention_rule');
-- Whoever is here already is told for thirty days, as others are. The policies of the new table bind its owner, too.
ALTER TABLE retention_rule NO FORCE ROW LEVEL SECURITY;
INSERT INTO retention_rule (tenant_id, months, since) SELECT id, 24, now() FROM tenant;
ALTER TABLE retention_rule FORCE ROW LEVEL SECURITY;

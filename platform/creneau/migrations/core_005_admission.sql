-- The line in front of a motive that many want at the moment when it opens.
--
-- A place in the line is a number, given once; who holds it carries it, sealed. Who is let in is
-- reckoned: at `anchor_at` numbers up to `anchor_number` were in, since then `per_second` more
-- each second. So nothing is written while people wait, and a restart changes nothing.
CREATE TABLE admission_line (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    motive_id uuid NOT NULL,
    opens_at timestamptz NOT NULL,
    per_second double precision NOT NULL CHECK (per_second BETWEEN 0.01 AND 1000),
    last_number integer NOT NULL DEFAULT 0,
    anchor_number integer NOT NULL DEFAULT 0,
    anchor_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, motive_id),
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id)
);
SELECT protect_tenant_table('admission_line');

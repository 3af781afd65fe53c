-- The sites that may show the booking inside their own pages (C-47): origins as browsers compare them.
CREATE TABLE embedding_origin (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    origin text NOT NULL CHECK (origin ~ '^https?://[a-z0-9.-]+(:[0-9]{1,5})?$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, origin)
);
SELECT protect_tenant_table('embedding_origin');

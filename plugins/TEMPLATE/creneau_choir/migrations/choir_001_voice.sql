-- A schema of the plugin's own, with foreign keys towards the core only.
CREATE SCHEMA choir;
GRANT USAGE ON SCHEMA choir TO creneau_app;

-- Which voice somebody sings, as they said when they booked.
CREATE TABLE choir.voice (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    booking_id uuid NOT NULL,
    name text NOT NULL CHECK (name IN ('soprano', 'alto', 'tenor', 'bass')),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, booking_id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, id)
);

SELECT protect_tenant_table('choir.voice');

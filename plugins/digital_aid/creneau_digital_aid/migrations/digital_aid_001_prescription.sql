-- A schema of the plugin's own, with foreign keys towards the core only.
CREATE SCHEMA digital_aid;
GRANT USAGE ON SCHEMA digital_aid TO creneau_app;

-- Who booked for a learner, by their own account (D-07).
CREATE TABLE digital_aid.prescription (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    booking_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    structure text NOT NULL CHECK (length(structure) BETWEEN 1 AND 160),
    email text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    phone text NOT NULL CHECK (length(phone) BETWEEN 1 AND 30),
    locale text NOT NULL DEFAULT 'fr' CHECK (locale IN ('fr', 'en')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, booking_id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, id)
);

SELECT protect_tenant_table('digital_aid.prescription');

-- A place's line of the open feed (D-09), written from the place, its structure and its sheet. It holds
-- while `made_of` names their versions; whoever reads the feed has those written anew that do not.
CREATE TABLE digital_aid.line (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    place_id uuid NOT NULL,
    form text NOT NULL CHECK (form IN ('json', 'csv')),
    text bytea NOT NULL,
    ways_in text NOT NULL,
    made_of text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, place_id, form),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
COMMENT ON COLUMN digital_aid.line.text IS 'UTF-8, as it is sent, as far as it does not depend on what can be booked; empty: not in the feed';
COMMENT ON COLUMN digital_aid.line.made_of IS 'the versions (xmin) of what the line was written from, after that of how';

SELECT protect_tenant_table('digital_aid.line');

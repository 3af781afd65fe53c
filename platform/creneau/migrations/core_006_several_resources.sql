-- A motive may need several resources at once: how many of each kind (C-25). Empty: any one.
ALTER TABLE motive ADD COLUMN requires jsonb NOT NULL DEFAULT '{}'
    CHECK (jsonb_typeof(requires) = 'object');
COMMENT ON COLUMN motive.requires IS 'how many resources of each kind: {"agent": 1, "room": 1}';

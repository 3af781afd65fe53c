-- Whoever changes the key finds what is sealed by these words.
COMMENT ON COLUMN busy_source.address IS 'sealed; a private address that shows when somebody is away';

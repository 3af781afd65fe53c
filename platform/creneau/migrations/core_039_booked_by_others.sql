-- Who books online for somebody else is told apart from who books for themselves.
ALTER TABLE booking DROP CONSTRAINT booking_source_check;
ALTER TABLE booking ADD CONSTRAINT booking_source_check
    CHECK (source IN ('public', 'others', 'agent', 'api')) NOT VALID;
ALTER TABLE booking VALIDATE CONSTRAINT booking_source_check;

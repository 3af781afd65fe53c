-- C-68: a long list in the order in which it was booked. A hold is in no list, and pays nothing.
DROP INDEX CONCURRENTLY IF EXISTS booking_booked;
CREATE INDEX CONCURRENTLY booking_booked ON booking (
    tenant_id, (CASE WHEN confirmed_at IS NULL THEN created_at ELSE confirmed_at END), id)
    WHERE state NOT IN ('held', 'expired');

-- And in that of persons: how many bookings each has is read from the index alone.
DROP INDEX CONCURRENTLY IF EXISTS booking_of_person;
CREATE INDEX CONCURRENTLY booking_of_person ON booking (tenant_id, person_id) INCLUDE (state);
DROP INDEX CONCURRENTLY IF EXISTS booking_person;

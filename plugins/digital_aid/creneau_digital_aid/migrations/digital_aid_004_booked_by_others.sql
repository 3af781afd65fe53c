-- What prescribers booked before was counted as booked by the learner.
DO $$
DECLARE whose uuid;
BEGIN
    FOR whose IN SELECT id FROM tenant LOOP
        PERFORM set_config('creneau.tenant_id', whose::text, true);
        UPDATE booking b SET source = 'others'
        FROM digital_aid.prescription p
        WHERE p.tenant_id = whose AND b.tenant_id = whose AND b.id = p.booking_id
            AND b.source = 'public';
    END LOOP;
    PERFORM set_config('creneau.tenant_id', '', true);
END $$;

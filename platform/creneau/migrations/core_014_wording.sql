-- When persons are reminded (C-81), and what a tenant's messages say in its own words (C-80).
ALTER TABLE motive ADD COLUMN reminders jsonb NOT NULL DEFAULT '[{"minutes": 2880}]'
    CHECK (jsonb_typeof(reminders) = 'array');
COMMENT ON COLUMN motive.reminders IS 'minutes before the beginning; with at: at that local time of the day so many days before';

-- Those who have an appointment already are reminded too: a worker writes their reminders.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT id FROM tenant LOOP
        PERFORM set_config('creneau.tenant_id', one.id::text, true);
        INSERT INTO outbox (tenant_id, kind, payload, idempotency_key)
        SELECT one.id, 'motive.reminders', jsonb_build_object('motive_id', m.id),
            'motive.reminders:' || m.id || ':first'
        FROM motive m
        WHERE m.tenant_id = one.id AND EXISTS (
            SELECT FROM appointment a
            WHERE a.tenant_id = one.id AND a.motive_id = m.id AND a.state = 'scheduled'
                AND a.starts_at > now());
    END LOOP;
    PERFORM set_config('creneau.tenant_id', '', true);
END $$;

CREATE TABLE message_wording (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    motive_id uuid,
    message text NOT NULL CHECK (message IN ('confirmed', 'moved', 'excused', 'cancelled',
        'to_reschedule', 'reminder', 'offered')),
    locale text NOT NULL CHECK (locale IN ('fr', 'en')),
    subject text NOT NULL DEFAULT '' CHECK (length(subject) <= 200),
    introduction text NOT NULL DEFAULT '' CHECK (length(introduction) <= 2000),
    ending text NOT NULL DEFAULT '' CHECK (length(ending) <= 2000),
    sms text NOT NULL DEFAULT '' CHECK (length(sms) <= 600),
    PRIMARY KEY (tenant_id, id),
    UNIQUE NULLS NOT DISTINCT (tenant_id, motive_id, message, locale),
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id)
);
COMMENT ON TABLE message_wording IS 'a text that is empty is the tenant''s own, and there the house''s';
COMMENT ON COLUMN message_wording.motive_id IS 'null: for every motive';
COMMENT ON COLUMN message_wording.message IS 'excused: the person cancelled; cancelled: the organisation did; offered: to who waits';

SELECT protect_tenant_table('message_wording');

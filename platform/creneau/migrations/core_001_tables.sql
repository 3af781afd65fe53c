-- The domain's tables. Every tenant-owned table has tenant_id in its key, its unique and exclusion
-- constraints and its foreign keys; the row-level security follows in core_002_security.sql.




-- The isolation boundary itself. Readable without a tenant, so it holds no personal data.
CREATE TABLE tenant (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
    name text NOT NULL CHECK (name <> ''),
    locale text NOT NULL DEFAULT 'fr' CHECK (locale IN ('fr', 'en')),
    time_zone text NOT NULL DEFAULT 'Europe/Paris',
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('onboarding', 'active', 'suspended')),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organisation (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    name text NOT NULL CHECK (name <> ''),
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    website text NOT NULL DEFAULT '',
    opening_hours text NOT NULL DEFAULT '',
    time_zone text NOT NULL DEFAULT 'Europe/Paris',
    territory text NOT NULL DEFAULT 'FR',
    created_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE service (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    name text NOT NULL CHECK (name <> ''),
    secretariat boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

-- Anything whose time can be taken. An agent is one (same id); plugins add kinds.
CREATE TABLE resource (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z_.]*$'),
    label text NOT NULL CHECK (label <> ''),
    active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE agent (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    email text NOT NULL CHECK (email = lower(email) AND email <> ''),
    first_name text NOT NULL,
    last_name text NOT NULL,
    password_hash text,
    locale text CHECK (locale IN ('fr', 'en')),
    state text NOT NULL DEFAULT 'invited' CHECK (state IN ('invited', 'active', 'removed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email),
    FOREIGN KEY (tenant_id, id) REFERENCES resource (tenant_id, id)
);

CREATE TABLE agent_service (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    agent_id uuid NOT NULL,
    service_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, service_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)
);
CREATE INDEX agent_service_service ON agent_service (tenant_id, service_id);

CREATE TABLE role (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]*$'),
    name text NOT NULL CHECK (name <> ''),
    permissions text[] NOT NULL DEFAULT '{}',
    built_in boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, code)
);

-- Through a role an agent belongs to an organisation.
CREATE TABLE membership (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    agent_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    role_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, organisation_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
    FOREIGN KEY (tenant_id, role_id) REFERENCES role (tenant_id, id)
);
CREATE INDEX membership_organisation ON membership (tenant_id, organisation_id);
CREATE INDEX membership_role ON membership (tenant_id, role_id);

CREATE TABLE place (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    organisation_id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    address text NOT NULL DEFAULT '',
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    phone text NOT NULL DEFAULT '',
    access_information text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, organisation_id, name),
    CHECK ((latitude IS NULL) = (longitude IS NULL)),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
);

CREATE TABLE motive (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    organisation_id uuid NOT NULL,
    service_id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL DEFAULT '',
    category text NOT NULL DEFAULT '',
    colour text NOT NULL DEFAULT '#0B6E69' CHECK (colour ~ '^#[0-9A-Fa-f]{6}$'),
    position integer NOT NULL DEFAULT 0,
    location_type text NOT NULL DEFAULT 'on_site'
        CHECK (location_type IN ('on_site', 'phone', 'home', 'video')),
    audience text NOT NULL DEFAULT 'agents'
        CHECK (audience IN ('agents', 'prescribers', 'invited', 'everyone')),
    duration_minutes integer NOT NULL CHECK (duration_minutes BETWEEN 1 AND 1440),
    step_minutes integer CHECK (step_minutes BETWEEN 1 AND 1440),
    buffer_before_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_before_minutes BETWEEN 0 AND 480),
    buffer_after_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_after_minutes BETWEEN 0 AND 480),
    minimum_notice_minutes integer NOT NULL DEFAULT 0 CHECK (minimum_notice_minutes >= 0),
    maximum_notice_minutes integer NOT NULL DEFAULT 129600
        CHECK (maximum_notice_minutes BETWEEN 1 AND 1051200),
    capacity integer DEFAULT 1 CHECK (capacity BETWEEN 1 AND 10000),
    secretariat boolean NOT NULL DEFAULT false,
    notify_persons boolean NOT NULL DEFAULT true,
    notify_agents boolean NOT NULL DEFAULT true,
    instructions_before text NOT NULL DEFAULT '',
    instructions_after text NOT NULL DEFAULT '',
    cancellation_warning text NOT NULL DEFAULT '',
    cancel_notice_minutes integer DEFAULT 0 CHECK (cancel_notice_minutes >= 0),
    move_notice_minutes integer DEFAULT 0 CHECK (move_notice_minutes >= 0),
    maximum_active_per_person integer CHECK (maximum_active_per_person > 0),
    maximum_per_person_per_day integer CHECK (maximum_per_person_per_day > 0),
    maximum_per_person_per_week integer CHECK (maximum_per_person_per_week > 0),
    extra jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, organisation_id, name),
    CHECK (NOT (secretariat AND location_type = 'home')),
    CHECK (maximum_notice_minutes > minimum_notice_minutes),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)
);
COMMENT ON COLUMN motive.capacity IS '1: found in free time; n or NULL (unlimited): sessions that exist before they are booked';
COMMENT ON COLUMN motive.cancel_notice_minutes IS 'NULL: the person may not cancel';
COMMENT ON COLUMN motive.move_notice_minutes IS 'NULL: the person may not move';
CREATE INDEX motive_service ON motive (tenant_id, service_id);

-- A rule in local time; its occurrences are materialised in UTC for a rolling horizon.
CREATE TABLE opening (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    resource_id uuid NOT NULL,
    place_id uuid NOT NULL,
    title text NOT NULL DEFAULT '',
    first_day date NOT NULL,
    start_time time NOT NULL,
    end_time time NOT NULL,
    recurrence text,
    materialised_until date,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CHECK (end_time > start_time),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resource (tenant_id, id),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
COMMENT ON COLUMN opening.recurrence IS 'an RRULE (RFC 5545) without DTSTART; NULL: once';
CREATE INDEX opening_resource ON opening (tenant_id, resource_id);
CREATE INDEX opening_place ON opening (tenant_id, place_id);

CREATE TABLE opening_motive (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    opening_id uuid NOT NULL,
    motive_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, opening_id, motive_id),
    FOREIGN KEY (tenant_id, opening_id) REFERENCES opening (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id)
);
CREATE INDEX opening_motive_motive ON opening_motive (tenant_id, motive_id);

-- At most a day long, so that a search can bound its index range with plain comparisons.
CREATE TABLE opening_occurrence (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    opening_id uuid NOT NULL,
    resource_id uuid NOT NULL,
    place_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    period tstzrange NOT NULL GENERATED ALWAYS AS (tstzrange(starts_at, ends_at, '[)')) STORED,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, opening_id, starts_at),
    CHECK (ends_at > starts_at),
    CHECK (ends_at - starts_at <= interval '25 hours'),
    FOREIGN KEY (tenant_id, opening_id) REFERENCES opening (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resource (tenant_id, id),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
CREATE INDEX opening_occurrence_starts ON opening_occurrence (tenant_id, starts_at);
CREATE INDEX opening_occurrence_resource ON opening_occurrence (tenant_id, resource_id, starts_at);
CREATE INDEX opening_occurrence_place ON opening_occurrence (tenant_id, place_id);

CREATE TABLE absence (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    resource_id uuid NOT NULL,
    title text NOT NULL DEFAULT '',
    first_day date NOT NULL,
    start_time time NOT NULL,
    last_day date NOT NULL,
    end_time time NOT NULL,
    time_zone text NOT NULL,
    recurrence text,
    materialised_until date,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CHECK ((last_day, end_time) > (first_day, start_time)),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resource (tenant_id, id)
);
CREATE INDEX absence_resource ON absence (tenant_id, resource_id);

-- A long absence is stored as pieces of a day each, for the same bound as openings.
CREATE TABLE absence_occurrence (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    absence_id uuid NOT NULL,
    resource_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    period tstzrange NOT NULL GENERATED ALWAYS AS (tstzrange(starts_at, ends_at, '[)')) STORED,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, absence_id, starts_at),
    CHECK (ends_at > starts_at),
    CHECK (ends_at - starts_at <= interval '25 hours'),
    FOREIGN KEY (tenant_id, absence_id) REFERENCES absence (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resource (tenant_id, id)
);
CREATE INDEX absence_occurrence_resource ON absence_occurrence (tenant_id, resource_id, starts_at);

-- Without organisation and place: the whole tenant is closed.
CREATE TABLE closure (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    organisation_id uuid,
    place_id uuid,
    label text NOT NULL DEFAULT '',
    kind text NOT NULL DEFAULT 'closure' CHECK (kind IN ('closure', 'public_holiday')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    period tstzrange NOT NULL GENERATED ALWAYS AS (tstzrange(starts_at, ends_at, '[)')) STORED,
    PRIMARY KEY (tenant_id, id),
    UNIQUE NULLS NOT DISTINCT (tenant_id, organisation_id, place_id, kind, starts_at),
    CHECK (ends_at > starts_at),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
CREATE INDEX closure_starts ON closure (tenant_id, starts_at);
CREATE INDEX closure_place ON closure (tenant_id, place_id);

CREATE TABLE person (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    responsible_id uuid,
    first_name text NOT NULL CHECK (first_name <> ''),
    last_name text NOT NULL CHECK (last_name <> ''),
    email text NOT NULL DEFAULT '' CHECK (email = lower(email)),
    email_verified_at timestamptz,
    phone text NOT NULL DEFAULT '',
    birth_date date,
    address text NOT NULL DEFAULT '',
    locale text NOT NULL DEFAULT 'fr' CHECK (locale IN ('fr', 'en')),
    notes text NOT NULL DEFAULT '',
    extra jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    erased_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK (responsible_id <> id),
    FOREIGN KEY (tenant_id, responsible_id) REFERENCES person (tenant_id, id)
);
CREATE INDEX person_email ON person (tenant_id, email) WHERE email <> '';
CREATE INDEX person_responsible ON person (tenant_id, responsible_id);

CREATE TABLE appointment (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    motive_id uuid NOT NULL,
    place_id uuid NOT NULL,
    title text NOT NULL DEFAULT '',
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    period tstzrange NOT NULL GENERATED ALWAYS AS (tstzrange(starts_at, ends_at, '[)')) STORED,
    capacity integer DEFAULT 1 CHECK (capacity BETWEEN 1 AND 10000),
    group_session boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'scheduled' CHECK (state IN ('scheduled', 'cancelled', 'expired')),
    notes text NOT NULL DEFAULT '',
    extra jsonb NOT NULL DEFAULT '{}',
    sequence integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CHECK (ends_at > starts_at),
    CHECK (ends_at - starts_at <= interval '25 hours'),
    CHECK (group_session OR capacity IS NOT DISTINCT FROM 1),
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id),
    FOREIGN KEY (tenant_id, place_id) REFERENCES place (tenant_id, id)
);
COMMENT ON COLUMN appointment.sequence IS 'SEQUENCE of its iCalendar event: grows with every move and cancellation';
CREATE INDEX appointment_starts ON appointment (tenant_id, starts_at);
CREATE INDEX appointment_motive ON appointment (tenant_id, motive_id, starts_at);
CREATE INDEX appointment_place ON appointment (tenant_id, place_id, starts_at);

-- What takes time. The exclusion constraint is the promise that nobody is booked twice (C-22).
CREATE TABLE allocation (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    appointment_id uuid NOT NULL,
    resource_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    period tstzrange NOT NULL GENERATED ALWAYS AS (tstzrange(starts_at, ends_at, '[)')) STORED,
    exclusive boolean NOT NULL DEFAULT true,
    active boolean NOT NULL DEFAULT true,
    held_until timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK (ends_at > starts_at),
    CHECK (ends_at - starts_at <= interval '48 hours'),
    CONSTRAINT allocation_no_overlap EXCLUDE USING gist
        (tenant_id WITH =, resource_id WITH =, period WITH &&) WHERE (active AND exclusive),
    FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resource (tenant_id, id)
);
COMMENT ON COLUMN allocation.starts_at IS 'buffers included';
COMMENT ON COLUMN allocation.held_until IS 'a hold: past this moment it takes no time, and the next claim clears it';
CREATE INDEX allocation_resource ON allocation (tenant_id, resource_id, starts_at) WHERE active;
CREATE INDEX allocation_appointment ON allocation (tenant_id, appointment_id);

-- One person's seat. A hold is a booking with an expiry.
CREATE TABLE booking (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    appointment_id uuid NOT NULL,
    person_id uuid,
    seat integer NOT NULL DEFAULT 1 CHECK (seat > 0),
    state text NOT NULL CHECK (state IN ('held', 'expired', 'planned', 'waiting', 'seen',
        'excused', 'no_show', 'cancelled', 'to_reschedule')),
    active boolean NOT NULL GENERATED ALWAYS AS
        (state IN ('held', 'planned', 'waiting', 'seen', 'no_show')) STORED,
    held_until timestamptz,
    held_by bytea,
    source text NOT NULL CHECK (source IN ('public', 'agent', 'api')),
    accepted_instructions text,
    accepted_at timestamptz,
    extra jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK ((state = 'held') <= (held_until IS NOT NULL)),
    CHECK (state IN ('held', 'expired') OR person_id IS NOT NULL),
    FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id)
);
COMMENT ON COLUMN booking.held_by IS 'digest of the session or token that holds the seat';
CREATE UNIQUE INDEX booking_seat ON booking (tenant_id, appointment_id, seat) WHERE active;
CREATE INDEX booking_appointment ON booking (tenant_id, appointment_id);
CREATE INDEX booking_person ON booking (tenant_id, person_id);
CREATE INDEX booking_held ON booking (tenant_id, held_until) WHERE state = 'held';

-- C-45: the secret itself is only in the message.
CREATE TABLE booking_link (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    booking_id uuid NOT NULL,
    digest bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, id)
);
CREATE INDEX booking_link_booking ON booking_link (tenant_id, booking_id);

-- C-30: one answer for a key, written in the transaction that it answers for.
CREATE TABLE idempotency (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_digest bytea NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
);

CREATE TABLE session (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    digest bytea NOT NULL,
    agent_id uuid,
    person_id uuid,
    email text,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest),
    CHECK (agent_id IS NULL OR person_id IS NULL),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agent (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id)
);
COMMENT ON COLUMN session.email IS 'the address that a code has verified in this session';
CREATE INDEX session_agent ON session (tenant_id, agent_id);
CREATE INDEX session_person ON session (tenant_id, person_id);
CREATE INDEX session_expires ON session (tenant_id, expires_at);

CREATE TABLE email_code (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    session_id uuid NOT NULL,
    email text NOT NULL CHECK (email = lower(email)),
    digest bytea NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX email_code_session ON email_code (tenant_id, session_id);

CREATE TABLE api_token (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    digest bytea NOT NULL,
    label text NOT NULL DEFAULT '',
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest)
);

-- C-66: append-only; the serving role may insert and read, never change.
CREATE TABLE history (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    at timestamptz NOT NULL DEFAULT now(),
    actor_kind text NOT NULL CHECK (actor_kind IN ('agent', 'person', 'visitor', 'api', 'system')),
    actor_id uuid,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    action text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX history_subject ON history (tenant_id, subject_kind, subject_id, id);

CREATE TABLE outbox (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    idempotency_key text NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    done_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, idempotency_key)
);
CREATE INDEX outbox_due ON outbox (tenant_id, due_at) WHERE done_at IS NULL;

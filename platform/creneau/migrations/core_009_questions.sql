-- Extra questions of a motive (C-05), and what was answered. An answer keeps the question as it was
-- asked: changing or archiving the question later changes nothing of it.
CREATE TABLE motive_question (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL DEFAULT uuidv7(),
    motive_id uuid NOT NULL,
    label text NOT NULL CHECK (label <> ''),
    hint text NOT NULL DEFAULT '',
    kind text NOT NULL CHECK (kind IN ('text', 'choice', 'yes_no')),
    options text[] NOT NULL DEFAULT '{}',
    required boolean NOT NULL DEFAULT false,
    position integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK ((kind = 'choice') = (cardinality(options) > 0)),
    FOREIGN KEY (tenant_id, motive_id) REFERENCES motive (tenant_id, id)
);
CREATE INDEX motive_question_motive ON motive_question (tenant_id, motive_id);

CREATE TABLE booking_answer (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    booking_id uuid NOT NULL,
    question_id uuid NOT NULL,
    label text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('text', 'choice', 'yes_no')),
    answer text NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (tenant_id, booking_id, question_id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, id),
    FOREIGN KEY (tenant_id, question_id) REFERENCES motive_question (tenant_id, id)
);
COMMENT ON COLUMN booking_answer.label IS 'the question as it was asked';
COMMENT ON COLUMN booking_answer.answer IS 'as typed or chosen; yes or no for yes_no';
CREATE INDEX booking_answer_question ON booking_answer (tenant_id, question_id);

SELECT protect_tenant_table('motive_question');
SELECT protect_tenant_table('booking_answer');

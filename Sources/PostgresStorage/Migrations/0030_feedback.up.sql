-- What was said of packs: which of the items and messages in them were of use.

-- One word of each caller on each thing in a pack; it goes with the pack's trace.
CREATE TABLE mneme.context_feedback (
    workspace_id uuid NOT NULL,
    context_id uuid NOT NULL,
    -- An item or a message.
    source_id uuid NOT NULL,
    caller text NOT NULL,
    -- That of the trace.
    audience_id uuid NOT NULL,
    useful boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT context_feedback_pkey PRIMARY KEY (workspace_id, context_id, source_id, caller),
    CONSTRAINT context_feedback_trace_fkey FOREIGN KEY (workspace_id, context_id)
        REFERENCES mneme.context_traces ON DELETE CASCADE,
    CONSTRAINT context_feedback_audience_fkey FOREIGN KEY (workspace_id, audience_id)
        REFERENCES mneme.audiences ON DELETE CASCADE
);
CREATE INDEX context_feedback_by_audience ON mneme.context_feedback (workspace_id, audience_id);

-- The words on one thing added up; each counts half after 30 days.
CREATE TABLE mneme.feedback_tallies (
    workspace_id uuid NOT NULL,
    source_id uuid NOT NULL,
    -- That of the item or message.
    audience_id uuid NOT NULL,
    useful real NOT NULL,
    not_useful real NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT feedback_tallies_pkey PRIMARY KEY (workspace_id, source_id),
    CONSTRAINT feedback_tallies_audience_fkey FOREIGN KEY (workspace_id, audience_id)
        REFERENCES mneme.audiences ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX feedback_tallies_by_audience ON mneme.feedback_tallies (workspace_id, audience_id);

-- Viewers leave these behind as well, by answering what they were asked.
CALL mneme.protect('context_feedback', 'audience_id', NULL);
CALL mneme.protect('feedback_tallies', 'audience_id', NULL);

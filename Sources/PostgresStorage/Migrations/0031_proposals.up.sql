-- Items that were found in conversations and wait for somebody to accept them, and how far threads were looked through.

CREATE TABLE mneme.item_proposals (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    thread_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    content text NOT NULL,
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    kind text NOT NULL CHECK (
        kind IN ('decision', 'discovery', 'status', 'fact', 'preference', 'summary', 'instruction', 'note')),
    confidence real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    trust smallint NOT NULL CHECK (trust BETWEEN 0 AND 4),
    -- Messages of the thread. No foreign keys: what it came from may be gone.
    source_messages uuid[] NOT NULL CHECK (cardinality(source_messages) > 0),
    method text NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'rejected')),
    item_id uuid,
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    CONSTRAINT item_proposals_pkey PRIMARY KEY (workspace_id, id),
    -- The same text is proposed once a thread, also after it was rejected.
    CONSTRAINT item_proposals_content_key UNIQUE (workspace_id, thread_id, content_hash),
    CONSTRAINT item_proposals_thread_fkey FOREIGN KEY (workspace_id, thread_id, channel_id, audience_id)
        REFERENCES mneme.threads (workspace_id, id, channel_id, audience_id) ON DELETE CASCADE
);
CREATE INDEX item_proposals_by_creation ON mneme.item_proposals (workspace_id, created_at DESC, id DESC);

CREATE TABLE mneme.extraction_positions (
    workspace_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    -- Messages of the thread up to here were looked through.
    position bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT extraction_positions_pkey PRIMARY KEY (workspace_id, thread_id),
    CONSTRAINT extraction_positions_thread_fkey FOREIGN KEY (workspace_id, thread_id, channel_id, audience_id)
        REFERENCES mneme.threads (workspace_id, id, channel_id, audience_id) ON DELETE CASCADE
);

CALL mneme.protect('item_proposals', 'audience_id', '{admin,member}');
CALL mneme.protect('extraction_positions', 'audience_id', '{admin,member}');

-- Whether a workspace has its threads looked through by itself; no row means no.
CREATE TABLE mneme.extraction_settings (
    workspace_id uuid PRIMARY KEY REFERENCES mneme.workspaces ON DELETE CASCADE,
    automatic boolean NOT NULL,
    updated_at timestamptz NOT NULL
);
CALL mneme.protect('extraction_settings', NULL, '{admin}');

-- As of every text: the planner keeps no samples of it.
ALTER TABLE mneme.item_proposals ALTER COLUMN content SET STATISTICS 0;

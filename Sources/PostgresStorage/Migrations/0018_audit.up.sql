-- Who did what to what, when, from where. Rows are added and read, and never changed; they hold ids and no text.

CREATE TABLE mneme.audit_entries (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('write', 'personal_read')),
    -- Method and route pattern, or a command of the operator's.
    action text NOT NULL,
    -- What it was done to, as `item:<id>`; at most a hundred are named.
    subjects text[] NOT NULL,
    -- How many there were; for a read, how often it was done within a second or so.
    count bigint NOT NULL,
    user_id uuid,
    agent_id uuid,
    -- Of the API key that was shown; never anything of its secret.
    key_id uuid,
    role text NOT NULL,
    -- Where the request came from.
    address text,
    request_id text,
    created_at timestamptz NOT NULL,
    CONSTRAINT audit_entries_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX audit_entries_by_creation ON mneme.audit_entries (workspace_id, created_at DESC, id DESC);

CALL mneme.protect('audit_entries', NULL, NULL);
REVOKE UPDATE, DELETE ON mneme.audit_entries FROM mneme_app, mneme_worker;
CREATE POLICY admin_read ON mneme.audit_entries AS RESTRICTIVE FOR SELECT TO mneme_app, mneme_worker
    USING ((select current_setting('app.role', true)) = 'admin');

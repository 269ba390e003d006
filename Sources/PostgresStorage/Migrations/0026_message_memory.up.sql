-- What is said is memory: messages are indexed, unless a workspace says otherwise.
ALTER TABLE mneme.workspaces ADD COLUMN index_messages boolean NOT NULL DEFAULT true;

-- An edit is a new version, so that a vector that comes late never stands for newer text.
ALTER TABLE mneme.messages ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version > 0);

-- Workspaces that have messages already get a job each that indexes them. The owner is held by row-level security like
-- everybody, so it is lifted from the owner alone, for this statement.
ALTER TABLE mneme.workspaces NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.messages NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.jobs NO FORCE ROW LEVEL SECURITY;
INSERT INTO mneme.jobs (workspace_id, id, job_key, kind, payload, created_at)
SELECT w.workspace_id, gen_random_uuid(), 'index_messages:', 'index_messages', '{"indexMessages": {}}', now()
FROM mneme.workspaces AS w
WHERE EXISTS (SELECT 1 FROM mneme.messages AS m WHERE m.workspace_id = w.workspace_id);
ALTER TABLE mneme.workspaces FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.messages FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.jobs FORCE ROW LEVEL SECURITY;

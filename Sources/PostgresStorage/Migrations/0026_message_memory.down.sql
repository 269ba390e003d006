ALTER TABLE mneme.workspaces DROP COLUMN index_messages;
ALTER TABLE mneme.messages DROP COLUMN version;

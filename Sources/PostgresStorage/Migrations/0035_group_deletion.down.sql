DROP FUNCTION mneme.group_is_used;
DROP POLICY gate ON mneme.collections;
DROP POLICY gate ON mneme.channels;
REVOKE SELECT (workspace_id, audience_id) ON mneme.collections, mneme.channels FROM mneme_gate;
DROP POLICY group_update ON mneme.audiences;
DROP POLICY group_delete ON mneme.audiences;
REVOKE DELETE, UPDATE (name) ON mneme.audiences FROM mneme_app;

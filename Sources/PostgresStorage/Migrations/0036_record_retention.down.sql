DROP FUNCTION mneme.forget_records;
DROP POLICY gate ON mneme.context_traces;
DROP POLICY gate ON mneme.events;
DROP POLICY gate ON mneme.audit_entries;
DROP POLICY gate ON mneme.usage;
REVOKE SELECT, DELETE ON mneme.context_traces, mneme.events, mneme.audit_entries, mneme.usage FROM mneme_gate;

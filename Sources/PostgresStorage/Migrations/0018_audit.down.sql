DROP TABLE mneme.audit_entries;

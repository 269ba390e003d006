DROP FUNCTION mneme.search_messages, mneme.fork_line;
DROP POLICY gate ON mneme.messages;
DROP POLICY gate ON mneme.forks;
REVOKE SELECT ON mneme.messages, mneme.forks FROM mneme_gate;

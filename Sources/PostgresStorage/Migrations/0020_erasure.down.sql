DROP FUNCTION mneme.report_node, mneme.known_nodes, mneme.forget_answers;
DROP POLICY gate ON mneme.requests;
REVOKE SELECT, DELETE ON mneme.requests FROM mneme_gate;
DROP INDEX mneme.item_versions_derived;
DROP TABLE mneme.nodes, mneme.erasure_acknowledgements, mneme.erased_marks, mneme.erasures;

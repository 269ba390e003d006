import MemoryModel
import PostgresDriver

extension TestDatabase {
    /// How many rows each table has for a workspace, as lines to compare; counted by the admin, past every policy.
    func rowCounts(of workspace: Identifier<Workspace>) async throws -> [String] {
        try await withAdministration { administration in
            var lines: [String] = []
            for table in try await Self.tables(administration) {
                let count = try await administration.query(
                    "SELECT count(*) FROM mneme.\(unescaped: table) WHERE workspace_id = '\(unescaped: "\(workspace)")'"
                ).decodeOne(Int.self)
                lines.append("\(table) \(count)")
            }
            return lines
        }
    }

    /// A digest of each table's rows of a workspace, as lines to compare; read by the admin, past every policy.
    ///
    /// When a key was last used is left out: it is noted some time after the use.
    func rowDigests(of workspace: Identifier<Workspace>) async throws -> [String] {
        try await withAdministration { administration in
            var lines: [String] = []
            for table in try await Self.tables(administration) {
                let digest = try await administration.query(
                    """
                    SELECT md5(coalesce(string_agg(r, ',' ORDER BY r), '')) FROM (
                        SELECT (to_jsonb(t) - 'last_used_at')::text AS r FROM mneme.\(unescaped: table) AS t
                        WHERE t.workspace_id = '\(unescaped: "\(workspace)")') AS s
                    """
                ).decodeOne(String.self)
                lines.append("\(table) \(digest)")
            }
            return lines
        }
    }

    /// The tables that hold a text in a row of another workspace than the one it is of.
    func tables(holding text: String, outside workspace: Identifier<Workspace>) async throws -> [String] {
        try await withAdministration { administration in
            var found: [String] = []
            for table in try await Self.tables(administration) {
                let count = try await administration.query(
                    """
                    SELECT count(*) FROM mneme.\(unescaped: table) AS t
                    WHERE t.workspace_id <> '\(unescaped: "\(workspace)")' AND position(\(text) IN t::text) > 0
                    """
                ).decodeOne(Int.self)
                if count > 0 { found.append(table) }
            }
            return found
        }
    }

    /// The tables with a workspace in each row.
    private static func tables(_ administration: PostgresAdministration) async throws -> [String] {
        try await administration.query(
            """
            SELECT c.relname::text FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'mneme'::regnamespace AND c.relkind = 'r' AND a.attname = 'workspace_id'
            ORDER BY 1
            """
        ).map { try $0.decode(column: 0, as: String.self) }
    }
}

import MemoryModel
import PostgresDriver

extension TestDatabase {
    /// How many rows each table has for a workspace, as lines to compare; counted by the admin, past every policy.
    func rowCounts(of workspace: Identifier<Workspace>) async throws -> [String] {
        try await withAdministration { administration in
            let tables = try await administration.query(
                """
                SELECT c.relname::text FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'mneme'::regnamespace AND c.relkind = 'r' AND a.attname = 'workspace_id'
                ORDER BY 1
                """
            ).map { try $0.decode(column: 0, as: String.self) }
            var lines: [String] = []
            for table in tables {
                let count = try await administration.query(
                    "SELECT count(*) FROM mneme.\(unescaped: table) WHERE workspace_id = '\(unescaped: "\(workspace)")'"
                ).decodeOne(Int.self)
                lines.append("\(table) \(count)")
            }
            return lines
        }
    }
}

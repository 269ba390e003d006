import Foundation
import PostgresDriver

/// Which role may do what with which table or function, from docs/database.md and from the catalogue.
///
/// One grant is written `role object rights`, rights being letters of `SIUD` (in this order), `s` and `u` for reading and
/// updating some columns, or `X` for a call.
enum GrantMatrix {
    private static let roles = ["mneme_app", "mneme_worker", "mneme_indexer", "mneme_gate"]

    /// The rows of the two tables whose header starts with `| table |` or `| function |`.
    static func documented() throws -> Set<String> {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let text = try String(contentsOf: URL(filePath: "/\(root)/docs/database.md"), encoding: .utf8)
        var grants: Set<String> = []
        var columns: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let cells = line.split(separator: "|").map { cell in
                cell.filter { $0 != "`" && $0 != " " }
            }
            if cells.first == "table" || cells.first == "function" {
                columns = cells
            } else if cells.isEmpty {
                columns = []
            } else if cells.count == columns.count {
                for (role, rights) in zip(columns, cells) where roles.contains(role) && rights != "-" {
                    if rights.allSatisfy({ "SsIUDuX".contains($0) }) { grants.insert("\(role) \(cells[0]) \(rights)") }
                }
            }
        }
        return grants
    }

    static func actual(in database: TestDatabase) async throws -> Set<String> {
        let tables = try await database.names(
            """
            SELECT r.rolname || ' ' || c.relname || ' '
                || CASE WHEN has_table_privilege(r.oid, c.oid, 'SELECT') THEN 'S'
                    WHEN has_any_column_privilege(r.oid, c.oid, 'SELECT') THEN 's' ELSE '' END
                || CASE WHEN has_table_privilege(r.oid, c.oid, 'INSERT') THEN 'I' ELSE '' END
                || CASE WHEN has_table_privilege(r.oid, c.oid, 'UPDATE') THEN 'U'
                    WHEN has_any_column_privilege(r.oid, c.oid, 'UPDATE') THEN 'u' ELSE '' END
                || CASE WHEN has_table_privilege(r.oid, c.oid, 'DELETE') THEN 'D' ELSE '' END
                || CASE WHEN has_table_privilege(r.oid, c.oid, 'TRUNCATE, REFERENCES, TRIGGER') THEN '!' ELSE '' END
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            CROSS JOIN pg_roles AS r
            WHERE n.nspname = 'mneme' AND c.relkind IN ('r', 'p') AND r.rolname = ANY (\(roles))
                AND has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
            """
        )
        let functions = try await database.names(
            """
            SELECT r.rolname || ' ' || p.proname || ' X'
            FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace CROSS JOIN pg_roles AS r
            WHERE n.nspname = 'mneme' AND r.rolname = ANY (\(roles)) AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
            """
        )
        return Set(tables + functions)
    }
}

import Foundation
import PostgresDriver

/// Looks for bytes wherever a database keeps any: in rows of every table of ours, and in every file of the database.
struct ByteSearch: Sendable {
    let database: TestDatabase

    /// The tables with rows that hold a text, or its bytes in a `bytea`, with how many.
    func tables(holding text: String) async throws -> [String: Int] {
        let hexadecimal = text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let tables = try await database.names(
            """
            SELECT c.relname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = 'mneme' AND c.relkind IN ('r', 'p')
            """
        )
        return try await database.withAdministration { administration in
            var found: [String: Int] = [:]
            for table in tables {
                let count = try await administration.query(
                    """
                    SELECT count(*) FROM mneme.\(unescaped: table) AS t
                    WHERE position(\(text) IN t::text) > 0 OR position(\(hexadecimal) IN t::text) > 0
                    """
                ).decodeOne(Int.self)
                if count > 0 { found[table] = count }
            }
            return found
        }
    }

    /// How many files of the database hold a text: tables, indexes, long values, planner statistics, all of them.
    ///
    /// Dead rows are cleared first, as autovacuum does in time.
    func files(holding text: String) async throws -> Int {
        try await database.withAdministration { administration in
            // Rows that a transaction still under way might see, autovacuum's own among them, would be kept; and since
            // VACUUM FULL has a snapshot of its own, so would be those of the time when one of any database began.
            let now = try await administration.query("SELECT pg_current_xact_id()::text::int8").decodeOne(Int64.self)
            while try await administration.query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::int8")
                .decodeOne(Int64.self) <= now
            {}
            while try await administration.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
                """
            ).decodeOne(Int.self) > 0 {}
            try await administration.execute(script: "VACUUM FULL")
            try await administration.execute(script: "CHECKPOINT")
            return try await administration.query(
                """
                SELECT count(*) FROM pg_database AS d CROSS JOIN LATERAL pg_ls_dir('base/' || d.oid) AS f
                WHERE d.datname = current_database() AND position(convert_to(\(text), 'UTF8')
                    IN pg_read_binary_file('base/' || d.oid || '/' || f, 0, 1000000000, true)) > 0
                """
            ).decodeOne(Int.self)
        }
    }

    /// Has the planner gather statistics, as autovacuum does in time.
    func analyze() async throws {
        try await database.withAdministration { try await $0.execute(script: "ANALYZE") }
    }

    /// The files below a folder that hold some bytes.
    static func files(under folder: String, holding bytes: [UInt8]) -> [String] {
        let needle = Data(bytes)
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)")?.range(of: needle) != nil
        }
    }
}

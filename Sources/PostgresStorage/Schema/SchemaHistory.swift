internal import PostgresDriver

/// The applied migrations against those of this binary.
enum SchemaHistory {
    /// Each known or applied version, and whether the two agree; the server makes the checksums.
    static var query: PostgresQuery {
        let known = Migration.all
        return """
            SELECT coalesce(k.version, a.version), k.version IS NOT NULL, a.version IS NOT NULL,
                coalesce(sha256(k.up) = a.checksum, true)
            FROM unnest(\(known.map(\.version)), \(known.map { PostgresBytes($0.up) })) AS k (version, up)
            FULL JOIN mneme.schema_migrations AS a ON a.version = k.version
            ORDER BY 1
            """
    }

    /// How many migrations are applied.
    ///
    /// - Throws: ``DatabaseSetupError`` where one was changed since, is unknown, or comes after a gap.
    static func verify(_ rows: PostgresRows) throws -> Int {
        var applied = 0
        for (version, isKnown, isApplied, isSame) in try rows.decode((Int32, Bool, Bool, Bool).self) {
            if !isKnown {
                throw DatabaseSetupError(
                    .schemaAhead,
                    "the database has migration \(version), which this version of mneme does not know: upgrade mneme"
                )
            }
            if !isSame {
                throw DatabaseSetupError(
                    .checksumMismatch,
                    "migration \(version) was changed after it had been applied: it must be as it was"
                )
            }
            if isApplied {
                let expected = Migration.all[applied].version
                guard version == expected else {
                    throw DatabaseSetupError(.checksumMismatch, "migration \(expected) is missing before \(version)")
                }
                applied += 1
            }
        }
        return applied
    }
}

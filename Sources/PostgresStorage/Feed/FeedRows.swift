internal import MemoryModel
internal import PostgresDriver

/// The feed's rows as entries.
enum FeedRows {
    /// Reads rows of entries, each joined to its vectors; rows of one entry follow one another.
    static func decode(_ rows: PostgresRows) throws(PostgresError) -> [FeedEntry] {
        var entries: [FeedEntry] = []
        entries.reserveCapacity(rows.count)
        var index = 0
        while index < rows.count {
            let key: Int64 = try rows[index].decode(column: 0)
            var vectors: [EntryVector] = []
            var end = index
            while end < rows.count, try rows[end].decode(column: 0, as: Int64.self) == key {
                if let vector = try vector(rows[end]) { vectors.append(vector) }
                end += 1
            }
            entries.append(try entry(rows[index], key: key, vectors: vectors))
            index = end
        }
        return entries
    }

    private static func entry(
        _ row: PostgresRow,
        key: Int64,
        vectors: [EntryVector]
    ) throws(PostgresError) -> FeedEntry {
        var reader = RowReader(row, startingAt: 1)
        let sourceID: Identifier<IndexEntryChange> = try reader.next()
        let seq: Int64 = try reader.next()
        let version: Int32 = try reader.next()
        let isLive: Bool = try reader.next()
        let analyzerVersion: Int32 = try reader.next()
        let terms = try reader.next(PostgresBytes?.self)?.bytes ?? []
        return FeedEntry(
            key: key,
            sourceID: sourceID,
            seq: seq,
            version: version,
            isLive: isLive,
            attributes: isLive ? try attributes(&reader) : nil,
            terms: terms,
            analyzerVersion: analyzerVersion,
            vectors: vectors
        )
    }

    private static func attributes(_ reader: inout RowReader) throws(PostgresError) -> EntryAttributes {
        EntryAttributes(
            kind: try reader.next(),
            scopeKind: try reader.next(),
            scopeID: try reader.next(),
            tags: try reader.next(),
            source: try reader.next(),
            author: try reader.next(),
            authorID: try reader.next(),
            authorType: try reader.next(),
            channelID: try reader.next(),
            threadID: try reader.next(),
            forkID: try reader.next(),
            position: try reader.next(),
            replyTo: try reader.next(),
            importance: try reader.next(),
            isPinned: try reader.next(),
            trust: try reader.next(),
            state: try reader.next(),
            validFrom: try reader.next(),
            invalidAt: try reader.next(),
            expiresAt: try reader.next(),
            createdAt: try reader.next()
        )
    }

    private static func vector(_ row: PostgresRow) throws(PostgresError) -> EntryVector? {
        var reader = RowReader(row, startingAt: 28)
        guard let generation = try reader.next(Int32?.self) else { return nil }
        return EntryVector(
            generation: generation,
            view: try reader.next(),
            part: try reader.next(),
            textHash: try reader.nextBytes(),
            vector: try reader.nextVector()
        )
    }
}

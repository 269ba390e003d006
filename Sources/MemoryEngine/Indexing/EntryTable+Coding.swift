internal import MemoryModel

extension EntryTable {
    /// The version of the byte form.
    static let contentVersion: UInt32 = 1

    /// The byte form: the number of records, then each with its key.
    package func serialized() -> [UInt8] {
        var writer = EntryWriter()
        writer.append(UInt64(count))
        visitAll { key, record in
            writer.append(key)
            writer.append(record.sourceID)
            writer.append(signed: Int64(record.version))
            writer.append(signed: record.seq)
            writer.append(record.hasVector ? 1 : 0)
            record.attributes.append(to: &writer)
        }
        return writer.bytes
    }

    /// Reads the byte form back.
    package init(serialized bytes: [UInt8]) throws(EntryReader.Damaged) {
        self.init()
        var reader = EntryReader(bytes)
        // A record takes thirty bytes or more.
        let count = try reader.count(limit: reader.remaining / 30)
        for _ in 0..<count {
            // A table reserves room up to its largest key; keys beyond any plausible number are damage.
            let key = try reader.count(limit: 1 << 32)
            let sourceID = try reader.identifier(IndexEntryChange.self)
            guard let version = Int32(exactly: try reader.signed()) else { throw EntryReader.Damaged() }
            let record = EntryRecord(
                sourceID: sourceID,
                version: version,
                seq: try reader.signed(),
                hasVector: try reader.count(limit: 1) == 1,
                attributes: try EntryAttributes(from: &reader)
            )
            guard self[UInt64(key)] == nil else { throw EntryReader.Damaged() }
            set(record, at: UInt64(key))
        }
        guard reader.isAtEnd else { throw EntryReader.Damaged() }
    }
}

extension EntryAttributes {
    func append(to writer: inout EntryWriter) {
        writer.append(kind?.rawValue) { $0.append($1) }
        writer.append(scopeKind)
        writer.append(scopeID) { $0.append($1) }
        writer.append(UInt64(tags.count))
        for tag in tags { writer.append(tag) }
        writer.append(source)
        writer.append(author) { $0.append($1) }
        writer.append(threadID) { $0.append($1) }
        writer.append(forkID) { $0.append($1) }
        writer.append(UInt64(importance.bitPattern))
        writer.append(isPinned ? 1 : 0)
        writer.append(UInt64(trust.rawValue))
        writer.append(state.rawValue)
        writer.append(signed: validFrom.microseconds)
        writer.append(invalidAt) { $0.append(signed: $1.microseconds) }
        writer.append(expiresAt) { $0.append(signed: $1.microseconds) }
        writer.append(signed: createdAt.microseconds)
    }

    init(from reader: inout EntryReader) throws(EntryReader.Damaged) {
        func time(_ reader: inout EntryReader) throws(EntryReader.Damaged) -> Timestamp {
            Timestamp(microseconds: try reader.signed())
        }
        let kind = try reader.optional { reader throws(EntryReader.Damaged) in
            guard let kind = ItemKind(rawValue: try reader.text()) else { throw EntryReader.Damaged() }
            return kind
        }
        let scopeKind = try reader.text()
        let scopeID = try reader.optional { reader throws(EntryReader.Damaged) in try reader.text() }
        var tags: [String] = []
        for _ in 0..<(try reader.count(limit: reader.remaining)) { tags.append(try reader.text()) }
        let source = try reader.text()
        let author = try reader.optional { reader throws(EntryReader.Damaged) in try reader.text() }
        let threadID = try reader.optional { reader throws(EntryReader.Damaged) in
            try reader.identifier(ConversationThread.self)
        }
        let forkID = try reader.optional { reader throws(EntryReader.Damaged) in try reader.identifier(Fork.self) }
        let importance = Float(bitPattern: UInt32(try reader.count(limit: Int(UInt32.max))))
        let isPinned = try reader.count(limit: 1) == 1
        guard let trust = Trust(rawValue: Int16(try reader.count(limit: Int(Int16.max)))),
            let state = ItemState(rawValue: try reader.text())
        else { throw EntryReader.Damaged() }
        self.init(
            kind: kind,
            scopeKind: scopeKind,
            scopeID: scopeID,
            tags: tags,
            source: source,
            author: author,
            threadID: threadID,
            forkID: forkID,
            importance: importance,
            isPinned: isPinned,
            trust: trust,
            state: state,
            validFrom: try time(&reader),
            invalidAt: try reader.optional(time),
            expiresAt: try reader.optional(time),
            createdAt: try time(&reader)
        )
    }
}

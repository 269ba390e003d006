internal import MemoryModel

extension EntryTable {
    /// The version of the byte form; what was written in another is rebuilt from the feed.
    static let contentVersion: UInt32 = 2

    /// The byte form: what entries have in common, each once; then the number of records, and each with its key.
    package func serialized() -> [UInt8] {
        var records = EntryWriter()
        var traits: [EntryTraits: UInt64] = [:]
        var ordered: [EntryTraits] = []
        visitAll { key, record in
            let number = traits[record.traits] ?? UInt64(ordered.count)
            if traits.updateValue(number, forKey: record.traits) == nil { ordered.append(record.traits) }
            records.append(key)
            records.append(number)
            record.append(to: &records)
        }
        var writer = EntryWriter()
        writer.append(UInt64(ordered.count))
        for traits in ordered { traits.append(to: &writer) }
        writer.append(UInt64(count))
        return writer.bytes + records.bytes
    }

    /// Reads the byte form back.
    package init(serialized bytes: [UInt8]) throws(EntryReader.Damaged) {
        self.init()
        var reader = EntryReader(bytes)
        // Traits take ten bytes or more, a record thirty.
        var traits: [EntryAttributes] = []
        for _ in 0..<(try reader.count(limit: reader.remaining / 10)) {
            traits.append(try EntryAttributes(traitsFrom: &reader))
        }
        let shared = traits.map(EntryTraits.init)
        let count = try reader.count(limit: reader.remaining / 30)
        for _ in 0..<count {
            // A table reserves room up to its largest key; keys beyond any plausible number are damage.
            let key = UInt64(try reader.count(limit: 1 << 32))
            let number = try reader.count(limit: traits.count - 1)
            guard traits.indices.contains(number), self[key] == nil else { throw EntryReader.Damaged() }
            set(try EntryRecord(from: &reader, traits[number], shared[number]), at: key)
        }
        guard reader.isAtEnd else { throw EntryReader.Damaged() }
    }
}

extension EntryRecord {
    /// Appends all but the traits.
    fileprivate func append(to writer: inout EntryWriter) {
        writer.append(sourceID)
        writer.append(signed: Int64(version))
        writer.append(signed: seq)
        writer.append(hasVector ? 1 : 0)
        writer.append(kind?.rawValue) { $0.append($1) }
        writer.append(position) { $0.append(signed: $1) }
        writer.append(replyTo) { $0.append($1) }
        writer.append(UInt64(importance.bitPattern))
        writer.append(isPinned ? 1 : 0)
        writer.append(UInt64(trust.rawValue))
        writer.append(state.rawValue)
        writer.append(signed: validFrom.microseconds)
        writer.append(invalidAt) { $0.append(signed: $1.microseconds) }
        writer.append(expiresAt) { $0.append(signed: $1.microseconds) }
        writer.append(signed: createdAt.microseconds)
    }

    /// Reads a record with these traits, given in both forms.
    fileprivate init(
        from reader: inout EntryReader,
        _ traits: EntryAttributes,
        _ shared: EntryTraits
    ) throws(EntryReader.Damaged) {
        func time(_ reader: inout EntryReader) throws(EntryReader.Damaged) -> Timestamp {
            Timestamp(microseconds: try reader.signed())
        }
        let sourceID = try reader.identifier(IndexEntryChange.self)
        guard let version = Int32(exactly: try reader.signed()) else { throw EntryReader.Damaged() }
        let seq = try reader.signed()
        let hasVector = try reader.count(limit: 1) == 1
        var attributes = traits
        attributes.kind = try reader.optional { reader throws(EntryReader.Damaged) in
            guard let kind = ItemKind(rawValue: try reader.text()) else { throw EntryReader.Damaged() }
            return kind
        }
        attributes.position = try reader.optional { reader throws(EntryReader.Damaged) in try reader.signed() }
        attributes.replyTo = try reader.optional { reader throws(EntryReader.Damaged) in
            try reader.identifier(Message.self)
        }
        attributes.importance = Float(bitPattern: UInt32(try reader.count(limit: Int(UInt32.max))))
        attributes.isPinned = try reader.count(limit: 1) == 1
        guard let trust = Trust(rawValue: Int16(try reader.count(limit: Int(Int16.max)))),
            let state = ItemState(rawValue: try reader.text())
        else { throw EntryReader.Damaged() }
        attributes.trust = trust
        attributes.state = state
        attributes.validFrom = try time(&reader)
        attributes.invalidAt = try reader.optional(time)
        attributes.expiresAt = try reader.optional(time)
        attributes.createdAt = try time(&reader)
        self.init(
            sourceID: sourceID,
            version: version,
            seq: seq,
            hasVector: hasVector,
            attributes: attributes,
            traits: shared
        )
    }
}

extension EntryTraits {
    fileprivate func append(to writer: inout EntryWriter) {
        writer.append(scopeKind)
        writer.append(scopeID) { $0.append($1) }
        writer.append(UInt64(tags.count))
        for tag in tags { writer.append(tag) }
        writer.append(source)
        writer.append(author) { $0.append($1) }
        writer.append(authorID) { $0.append($1) }
        writer.append(authorType?.rawValue) { $0.append($1) }
        writer.append(channelID) { $0.append($1) }
        writer.append(threadID) { $0.append($1) }
        writer.append(forkID) { $0.append($1) }
    }
}

extension EntryAttributes {
    /// Reads what entries have in common; the rest is to be filled in.
    fileprivate init(traitsFrom reader: inout EntryReader) throws(EntryReader.Damaged) {
        let scopeKind = try reader.text()
        let scopeID = try reader.optional { reader throws(EntryReader.Damaged) in try reader.text() }
        var tags: [String] = []
        for _ in 0..<(try reader.count(limit: reader.remaining)) { tags.append(try reader.text()) }
        self.init(
            scopeKind: scopeKind,
            scopeID: scopeID,
            tags: tags,
            source: try reader.text(),
            author: try reader.optional { reader throws(EntryReader.Damaged) in try reader.text() },
            authorID: try reader.optional { reader throws(EntryReader.Damaged) in try reader.text() },
            authorType: try reader.optional { reader throws(EntryReader.Damaged) in
                guard let type = AuthorType(rawValue: try reader.text()) else { throw EntryReader.Damaged() }
                return type
            },
            channelID: try reader.optional { reader throws(EntryReader.Damaged) in
                try reader.identifier(Channel.self)
            },
            threadID: try reader.optional { reader throws(EntryReader.Damaged) in
                try reader.identifier(ConversationThread.self)
            },
            forkID: try reader.optional { reader throws(EntryReader.Damaged) in try reader.identifier(Fork.self) },
            trust: .unknown,
            validFrom: Timestamp(microseconds: 0),
            createdAt: Timestamp(microseconds: 0)
        )
    }
}

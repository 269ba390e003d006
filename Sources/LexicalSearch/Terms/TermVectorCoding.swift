extension TermVector {
    /// The version of the byte form.
    static let formatVersion: UInt8 = 1

    /// The largest number of terms that is read back; a longer text is cut into parts long before.
    static let maximumEntryCount = 1 << 20

    /// The compact byte form, as stored beside the document.
    ///
    /// A version byte; the six field lengths; the number of terms; then each term as the number of bytes it shares with the one before, the
    /// number of further bytes, those bytes, and its frequencies. Numbers are LEB128 varints.
    public func serialized() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(byte: Self.formatVersion)
        for field in Field.allCases {
            writer.append(varint: UInt64(lengths[field]))
        }
        writer.append(varint: UInt64(entries.count))
        var previous: [UInt8] = []
        for entry in entries {
            let term = Array(entry.term.utf8)
            writer.append(term: term, after: previous)
            writer.append(varint: UInt64(entry.frequencies.bits))
            previous = term
        }
        return writer.bytes
    }

    /// Reads the byte form back.
    ///
    /// - Throws: `damagedBytes` or `unsupportedFormat`.
    public init(serialized bytes: [UInt8]) throws(LexicalSearchError) {
        var reader = ByteReader(bytes, name: "term vector")
        let version = try reader.readByte()
        guard version == Self.formatVersion else {
            throw LexicalSearchError(.unsupportedFormat, "term vector version \(version)")
        }
        var lengths = FieldLengths()
        for field in Field.allCases {
            lengths[field] = try reader.readCount(limit: Int(UInt16.max))
        }
        // A term takes three bytes or more.
        let count = try reader.readCount(limit: min(Self.maximumEntryCount, reader.remaining / 3))
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        var previous: [UInt8] = []
        for _ in 0..<count {
            let term = try reader.readTerm(after: previous)
            let bits = UInt32(try reader.readCount(limit: Int(UInt32.max)))
            guard let text = String(validating: term, as: UTF8.self), bits != 0,
                previous.lexicographicallyPrecedes(term)
            else { throw reader.damaged("a term is not in order") }
            entries.append(Entry(term: text, frequencies: FieldFrequencies(bits: bits)))
            previous = term
        }
        try reader.finish()
        self.init(entries: entries, lengths: lengths)
    }
}

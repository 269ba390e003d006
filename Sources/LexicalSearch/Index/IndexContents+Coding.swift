extension IndexContents {
    /// `MNLX`, the first four bytes.
    private static let magic: UInt32 = 0x584C_4E4D
    private static let formatVersion: UInt8 = 2

    /// The byte form: magic, version, analyzer signature, documents (key, lengths, place), terms with postings, CRC32C of all before it.
    ///
    /// Only live documents are written, with slots counted anew; slots are written as distances.
    func serialized(analyzerSignature: Int32) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(fixed32: Self.magic)
        writer.append(byte: Self.formatVersion)
        writer.append(fixed32: UInt32(bitPattern: analyzerSignature))
        writer.append(varint: UInt64(liveCount))
        var newSlots = [UInt32](repeating: 0, count: slotCount)
        var next: UInt32 = 0
        for slot in keys.indices where isLive[slot] {
            newSlots[slot] = next
            next += 1
            writer.append(fixed64: keys[slot])
            for field in Field.allCases { writer.append(varint: UInt64(lengths[slot][field])) }
            Self.write(order.places[slot], to: &writer)
        }
        let liveTerms = postings.indices.filter { postings[$0].liveCount > 0 }
        writer.append(varint: UInt64(liveTerms.count))
        for number in liveTerms {
            writer.append(term: Array(dictionary.terms[number].utf8), after: [])
            let list = postings[number]
            writer.append(varint: UInt64(list.liveCount))
            var nextSlot: UInt32 = 0
            for (slot, frequencies) in zip(list.slots, list.frequencies) where isLive[Int(slot)] {
                writer.append(varint: UInt64(newSlots[Int(slot)] - nextSlot))
                writer.append(varint: UInt64(frequencies.bits))
                nextSlot = newSlots[Int(slot)] + 1
            }
        }
        writer.append(fixed32: CRC32C.checksum(writer.bytes, count: writer.bytes.count))
        return writer.bytes
    }

    /// Reads the byte form back, with the analyzer signature that it names.
    ///
    /// - Throws: `damagedBytes` or `unsupportedFormat`.
    static func read(_ bytes: [UInt8]) throws(LexicalSearchError) -> (signature: Int32, contents: IndexContents) {
        var reader = ByteReader(bytes, name: "lexical index", dropLast: 4)
        guard try reader.readFixed32() == magic else { throw reader.damaged("not a lexical index") }
        let version = try reader.readByte()
        guard version == formatVersion else {
            throw LexicalSearchError(.unsupportedFormat, "lexical index version \(version)")
        }
        guard CRC32C.checksum(bytes, count: bytes.count - 4) == checksum(closing: bytes) else {
            throw reader.damaged("the checksum does not match")
        }
        let signature = Int32(bitPattern: try reader.readFixed32())
        var contents = IndexContents()
        try contents.readDocuments(&reader)
        try contents.readPostings(&reader)
        try reader.finish()
        contents.fillDocumentTerms()
        return (signature, contents)
    }

    /// A byte that says whether there is a place, then the place.
    private static func write(_ place: SequencePlace?, to writer: inout ByteWriter) {
        writer.append(byte: place == nil ? 0 : 1)
        guard let place else { return }
        writer.append(fixed64: place.sequence)
        writer.append(fixed64: UInt64(bitPattern: place.position))
    }

    private static func readPlace(_ reader: inout ByteReader) throws(LexicalSearchError) -> SequencePlace? {
        switch try reader.readByte() {
        case 0: return nil
        case 1:
            let sequence = try reader.readFixed64()
            return SequencePlace(sequence: sequence, position: Int64(bitPattern: try reader.readFixed64()))
        default: throw reader.damaged("a place is neither there nor not")
        }
    }

    private static func checksum(closing bytes: [UInt8]) -> UInt32 {
        bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func readDocuments(_ reader: inout ByteReader) throws(LexicalSearchError) {
        // A document takes its key, one byte per field and one for its place, or more.
        let count = try reader.readCount(limit: min(reader.remaining / (9 + Field.count), Int(UInt32.max) - 1))
        reserveCapacity(documents: count, terms: 0)
        for _ in 0..<count {
            let key = try reader.readFixed64()
            var lengths = FieldLengths()
            for field in Field.allCases { lengths[field] = try reader.readCount(limit: Int(UInt16.max)) }
            guard !contains(key) else { throw reader.damaged("a key occurs twice") }
            _ = addDocument(key: key, lengths: lengths, place: try Self.readPlace(&reader))
        }
    }

    private mutating func readPostings(_ reader: inout ByteReader) throws(LexicalSearchError) {
        // A term takes two bytes for its length, one for its count and two for a posting, or more.
        let termCount = try reader.readCount(limit: min(reader.remaining / 5, Int(UInt32.max)))
        reserveCapacity(documents: slotCount, terms: termCount)
        for _ in 0..<termCount {
            guard let term = String(validating: try reader.readTerm(after: []), as: UTF8.self) else {
                throw reader.damaged("a term is not UTF-8")
            }
            guard postingList(of: term) == nil else { throw reader.damaged("a term occurs twice") }
            let count = try reader.readCount(limit: min(reader.remaining / 2, slotCount))
            guard count > 0 else { throw reader.damaged("a term has no postings") }
            var list = PostingList()
            list.reserveCapacity(count)
            var slot = 0
            for _ in 0..<count {
                slot += try reader.readCount(limit: slotCount - 1 - slot)
                let bits = UInt32(try reader.readCount(limit: Int(UInt32.max)))
                let frequencies = FieldFrequencies(bits: bits)
                guard slot < slotCount, bits != 0, frequencies == frequencies.own else {
                    throw reader.damaged("a posting is out of range")
                }
                list.append(
                    slot: UInt32(slot),
                    frequencies: frequencies,
                    lengths: lengths[slot]
                )
                slot += 1
            }
            addTerm(term, postings: list)
        }
    }
}

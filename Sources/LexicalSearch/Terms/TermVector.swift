/// One document after analysis: its terms with their frequencies per field, and the fields' lengths.
public struct TermVector: Sendable, Equatable {
    /// A term of the document.
    public struct Entry: Sendable, Equatable {
        /// The term as analysis made it.
        public let term: String
        /// How often it occurs per field.
        public var frequencies: FieldFrequencies
    }

    /// The terms in the order of their UTF-8 bytes, each once.
    public let entries: [Entry]

    /// The number of terms per field, repetitions counted.
    public let lengths: FieldLengths

    /// The number of occurrences of a term in a field.
    public func frequency(of term: String, in field: Field) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].term.utf8.lexicographicallyPrecedes(term.utf8) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < entries.count && entries[low].term == term ? entries[low].frequencies[field] : 0
    }

    /// This document with the text of a neighbour as one of its weaker fields.
    ///
    /// - Parameters:
    ///   - neighbor: The neighbour; only its `text` field counts.
    ///   - field: `adjacent` or `nearby`.
    /// - Returns: The document with the neighbour's words counted in that field.
    public func adding(textOf neighbor: TermVector, as field: Field) -> TermVector {
        var builder = TermVectorBuilder(self)
        for entry in neighbor.entries {
            builder.add(entry.term, field: field, count: entry.frequencies[.text])
        }
        builder.lengths[field] += neighbor.lengths[.text]
        return builder.finish()
    }

    /// The order of entries.
    static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        left.term.utf8.lexicographicallyPrecedes(right.term.utf8)
    }
}

/// Counts terms while a document is analysed.
struct TermVectorBuilder {
    var lengths = FieldLengths()
    private var frequencies: [String: FieldFrequencies] = [:]

    init() {}

    init(_ vector: TermVector) {
        lengths = vector.lengths
        for entry in vector.entries {
            frequencies[entry.term] = entry.frequencies
        }
    }

    /// Counts one occurrence that analysis found.
    mutating func add(_ term: String, field: Field, isPrimary: Bool) {
        add(term, field: field, count: 1)
        if isPrimary { lengths[field] += 1 }
    }

    /// Adds occurrences without changing the field's length.
    mutating func add(_ term: String, field: Field, count: Int) {
        guard count > 0 else { return }
        frequencies[term, default: FieldFrequencies()][field] += count
    }

    consuming func finish() -> TermVector {
        let entries = frequencies.map { TermVector.Entry(term: $0.key, frequencies: $0.value) }
        return TermVector(entries: entries.sorted(by: TermVector.precedes), lengths: lengths)
    }
}

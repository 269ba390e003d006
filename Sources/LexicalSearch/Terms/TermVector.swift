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

    /// The marks of its text.
    public var marks: TextMarks {
        TextMarks.terms.reduce(into: []) { marks, entry in
            if frequency(of: entry.term, in: .text) > 0 { marks.insert(entry.mark) }
        }
    }

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

    /// The order of entries.
    static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        left.term.utf8.lexicographicallyPrecedes(right.term.utf8)
    }
}

/// Counts terms while a document is analysed.
struct TermVectorBuilder {
    var lengths = FieldLengths()
    private var frequencies: [String: FieldFrequencies] = [:]

    /// Counts one occurrence that analysis found.
    mutating func add(_ term: String, field: Field, isPrimary: Bool) {
        frequencies[term, default: FieldFrequencies()][field] += 1
        if isPrimary { lengths[field] += 1 }
    }

    /// Adds the terms that stand for marks.
    mutating func add(_ marks: TextMarks) {
        for (mark, term) in TextMarks.terms where marks.contains(mark) { add(term, field: .text, isPrimary: false) }
    }

    consuming func finish() -> TermVector {
        let entries = frequencies.map { TermVector.Entry(term: $0.key, frequencies: $0.value) }
        return TermVector(entries: entries.sorted(by: TermVector.precedes), lengths: lengths)
    }
}

/// The parts of a document that are indexed apart and weighed against each other.
public enum Field: UInt8, Sendable, CaseIterable {
    /// The text itself.
    case text = 0
    /// Who said or wrote it.
    case author = 1
    /// When, in words and figures that people use (`2026-03-14`, `Saturday`, `March`).
    case date = 2
    /// Tags and other short labels.
    case tags = 3
    /// The texts of the direct neighbours in a sequence, read from these when a document is scored and never stored with it.
    case adjacent = 4
    /// The texts of the neighbours' neighbours, as read.
    case nearby = 5

    /// The fields that a document has itself.
    package static let own: [Field] = [.text, .author, .date, .tags]

    /// Whether words on the stop list are kept: a person may be called Will.
    var keepsStopWords: Bool { self == .author || self == .tags }

    var index: Int { Int(rawValue) }

    static let count = 6
}

/// The texts of one document by field, to be analysed.
public struct DocumentFields: Sendable {
    /// The non-empty texts.
    public private(set) var texts: [(field: Field, text: String)] = []

    /// Collects the texts of a document; empty ones are left out.
    public init(text: String, author: String = "", date: String = "", tags: [String] = []) {
        add(text, as: .text)
        add(author, as: .author)
        add(date, as: .date)
        for tag in tags { add(tag, as: .tags) }
    }

    /// Adds a text to a field that may have others already; `adjacent` and `nearby` are not stored and pass it over.
    public mutating func add(_ text: String, as field: Field) {
        if !text.isEmpty, Field.own.contains(field) { texts.append((field, text)) }
    }
}

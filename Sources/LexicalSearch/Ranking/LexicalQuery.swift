/// A term that a query looks for.
public struct QueryTerm: Sendable, Hashable {
    /// The term as the analyzer makes it.
    public var term: String
    /// What a match is worth: 1 for the question's own words, less for words that were added to it.
    public var weight: Double
    /// The word in small letters as it was typed, before it was stemmed; what misspelt words are compared by.
    public var spelling: String

    /// A term with its weight, which must be above 0.
    public init(_ term: String, weight: Double = 1, spelling: String? = nil) {
        self.term = term
        self.weight = weight
        self.spelling = spelling ?? term
    }
}

/// The terms of a question; a document matches when it has any of them.
public struct LexicalQuery: Sendable, Equatable {
    /// The terms, each once.
    public var terms: [QueryTerm]

    /// A query of given terms.
    public init(terms: [QueryTerm]) {
        self.terms = terms
    }

    /// Whether nothing is looked for, so that nothing can be found.
    public var isEmpty: Bool { terms.isEmpty }
}

/// A document that was found.
public struct LexicalMatch: Sendable, Equatable {
    /// The document's key.
    public let key: UInt64
    /// Its BM25F score, above 0.
    public let score: Double
    /// What each matched term gave, in the query's order; empty unless the search was asked to explain.
    public let contributions: [TermContribution]
}

/// What one query term gave to the score of a document.
public struct TermContribution: Sendable, Equatable {
    /// The term.
    public let term: String
    /// Its part of the score.
    public let score: Double
    /// How often it occurs per field of the document.
    public let frequencies: FieldFrequencies
}

/// An index of documents by their words.
///
/// Searches run beside each other; a change waits for running searches and holds up new ones for as long as it takes, which is microseconds
/// per document (and, rarely, a compaction). Calls block their thread: run them on threads for searching, not on Swift's cooperative pool.
///
/// All documents and queries must come from analyzers with the index's ``analyzerSignature``.
public final class LexicalIndex: Sendable {
    /// The signature of the analyzer that made the documents' terms.
    public let analyzerSignature: Int32

    let contents: ReadWriteLocked<IndexContents>

    /// An empty index for documents of one analyzer.
    public convenience init(analyzerSignature: Int32) {
        self.init(analyzerSignature: analyzerSignature, contents: IndexContents())
    }

    init(analyzerSignature: Int32, contents: IndexContents) {
        self.analyzerSignature = analyzerSignature
        self.contents = ReadWriteLocked(contents)
    }

    /// The number of documents.
    public var count: Int { contents.read { $0.liveCount } }

    /// Whether a document is there.
    public func contains(_ key: UInt64) -> Bool { contents.read { $0.contains(key) } }

    /// Adds a document, or replaces the one with the same key.
    ///
    /// - Parameters:
    ///   - key: Its key.
    ///   - terms: Its terms.
    ///   - place: Where it stands among its neighbours; nil where it has none.
    public func insert(_ key: UInt64, _ terms: TermVector, at place: SequencePlace? = nil) {
        contents.write { $0.insert(key, terms, at: place) }
    }

    /// Adds or replaces documents in one change.
    public func insert(_ documents: [LexicalDocument]) {
        contents.write { contents in
            for document in documents { contents.insert(document.key, document.terms, at: document.place) }
        }
    }

    /// Takes a document out.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    public func remove(_ key: UInt64) -> Bool {
        contents.write { $0.remove(key) }
    }

    /// Frees what removed documents still take: nothing of their words stays.
    ///
    /// Takes time in proportion to the index; searches wait meanwhile.
    public func compact() {
        contents.write { $0.compact() }
    }

    /// What BM25F must know about this index for a query, to be added up over several indexes.
    public func statistics(for query: LexicalQuery) -> TermStatistics {
        contents.read { $0.statistics(for: query) }
    }

    /// The byte form of the whole index, for a snapshot.
    ///
    /// Searches go on meanwhile, changes wait.
    public func serialized() -> [UInt8] {
        contents.read { $0.serialized(analyzerSignature: analyzerSignature) }
    }

    /// Reads an index back from its byte form.
    ///
    /// - Throws: `damagedBytes` or `unsupportedFormat`; then the index must be rebuilt from the documents' term vectors.
    public convenience init(serialized bytes: [UInt8]) throws(LexicalSearchError) {
        let (signature, contents) = try IndexContents.read(bytes)
        self.init(analyzerSignature: signature, contents: contents)
    }

    /// Fails a precondition where the parts of the index contradict each other; slow, for tests.
    package func checkInvariants() {
        contents.read { $0.checkInvariants() }
    }
}

/// A document on its way into an index.
public struct LexicalDocument: Sendable {
    /// Its key.
    public let key: UInt64
    /// Its terms.
    public let terms: TermVector
    /// Where it stands among its neighbours; nil where it has none.
    public let place: SequencePlace?

    /// A document.
    public init(key: UInt64, terms: TermVector, place: SequencePlace? = nil) {
        self.key = key
        self.terms = terms
        self.place = place
    }
}

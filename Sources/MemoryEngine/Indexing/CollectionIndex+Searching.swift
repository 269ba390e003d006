internal import LexicalSearch
internal import MemoryModel
internal import VectorSearch

/// What one leg of one collection found.
struct LegHit: Sendable {
    let key: UInt64
    let score: Float
    let record: EntryRecord
    /// The view of the text that came nearest, where vectors were searched.
    var view = EmbeddedView.whole
    /// Its part.
    var part = 0
}

/// How near the vectors of one entry are to a question, the best of each view.
struct ViewScores: Sendable, Hashable {
    /// The whole text.
    var whole: Float?
    /// The best sentence; nil where none says something by itself.
    var sentence: Float?

    mutating func take(_ score: Float, of view: EmbeddedView) {
        switch view {
        case .whole: whole = max(whole ?? score, score)
        case .sentences: sentence = max(sentence ?? score, score)
        }
    }
}

/// One collection as one query sees it from its first leg to its last.
struct IndexView: Sendable {
    let collectionID: Identifier<MemoryCollection>
    let lastSeq: Int64
    /// The profile of the collection's vectors; nil where it has none.
    let profileName: String?
    private let contents: CollectionIndex.Contents
    private let vectors: VectorIndex?
    /// Counts the index's memory for as long as it is read.
    private let reservation: IndexReservation?
    private let keyFilter: KeyFilter
    /// Matching entries that are not in use, for telling why something is missing.
    private let retired: KeyFilter?

    /// Takes what the index holds now.
    init(_ index: CollectionIndex, profileName: String?, filter: IndexFilter) {
        self.profileName = profileName
        collectionID = index.identity.collectionID
        contents = index.snapshot
        lastSeq = contents.lastSeq
        vectors = index.vectors
        reservation = index.reservation
        let keys = index.filteredKeys.keys(in: contents, filter)
        keyFilter = keys.allowed
        retired = keys.retired
    }

    /// Live entries that have no vector yet.
    var awaitingVectors: Int { vectors == nil ? 0 : contents.table.awaitingVectors.count }

    /// Whether the words of every entry are in.
    var hasAllWords: Bool { contents.unreadable.isEmpty }

    /// The analyzer that the words were made with; nil where there are none.
    var analyzerSignature: Int32? { contents.lexical?.analyzerSignature }

    /// The nearest entries in use, best first, each above the others' score or equal.
    func nearest(to vector: [Float], limit: Int) throws(VectorSearchError) -> [LegHit] {
        try nearest(to: vector, limit: limit, keyFilter)
    }

    /// The nearest entries that match but are not in use.
    func nearestRetired(to vector: [Float], limit: Int) throws(VectorSearchError) -> [LegHit] {
        guard let retired else { return [] }
        return try nearest(to: vector, limit: limit, retired)
    }

    /// How near all vectors of some entries are, whichever leg found them; entries without vectors are left out.
    func viewScores(of keys: [UInt64], to vector: [Float]) throws(VectorSearchError) -> [UInt64: ViewScores] {
        guard let vectors, !keys.isEmpty else { return [:] }
        var scores: [UInt64: ViewScores] = [:]
        for match in try vectors.scores(of: keys, to: vector) {
            let view = EmbeddedView.part(ofNumber: match.part).view
            scores[match.key, default: ViewScores()].take(match.score, of: view)
        }
        return scores
    }

    /// The vector of an entry's whole text, or of its first part; nil where it has none.
    func vector(of key: UInt64) -> [Float]? {
        vectors?.vector(of: key, part: 0)
    }

    /// Word statistics of the whole collection, to be added up over all that the caller may see.
    func statistics(for query: LexicalQuery) -> TermStatistics {
        contents.lexical?.statistics(for: query) ?? TermStatistics()
    }

    /// The entries in use that share words with the query, best first.
    func matching(_ query: LexicalQuery, statistics: TermStatistics, limit: Int) -> [LegHit] {
        matching(query, statistics: statistics, limit: limit, keyFilter)
    }

    /// The entries that share words with the query and match, but are not in use.
    func matchingRetired(_ query: LexicalQuery, statistics: TermStatistics, limit: Int) -> [LegHit] {
        guard let retired else { return [] }
        return matching(query, statistics: statistics, limit: limit, retired)
    }

    /// The scores by words of some entries, whichever leg found them; 0 where one shares no word with the query.
    func wordScores(of keys: [UInt64], _ query: LexicalQuery, statistics: TermStatistics) -> [Double] {
        contents.lexical?.scores(of: keys, for: query, statistics: statistics) ?? keys.map { _ in 0 }
    }

    /// Which share of a query each of some entries has in it or around it.
    func coverage(of keys: [UInt64], _ query: LexicalQuery, statistics: TermStatistics) -> [Double] {
        contents.lexical?.coverage(of: keys, by: query, statistics: statistics) ?? keys.map { _ in 0 }
    }

    /// What the texts of some entries are like; nil for one whose words are not in.
    func outlines(of keys: [UInt64]) -> [DocumentOutline?] {
        contents.lexical?.outlines(of: keys) ?? keys.map { _ in nil }
    }

    /// Terms of the collection that a misspelt word may stand for.
    func similarTerms(to term: QueryTerm, limit: Int) -> [SimilarTerm] {
        contents.lexical?.similarTerms(to: term, limit: limit) ?? []
    }

    private func nearest(to vector: [Float], limit: Int, _ keys: KeyFilter) throws(VectorSearchError) -> [LegHit] {
        guard let vectors, keys.estimatedCount > 0 else { return [] }
        return try vectors.search(vector, k: limit, filter: keys).compactMap { match in
            contents.table[match.key].map { record in
                let place = EmbeddedView.part(ofNumber: match.part)
                return LegHit(
                    key: match.key,
                    score: match.score,
                    record: record,
                    view: place.view,
                    part: place.part
                )
            }
        }
    }

    private func matching(
        _ query: LexicalQuery,
        statistics: TermStatistics,
        limit: Int,
        _ keys: KeyFilter
    ) -> [LegHit] {
        guard let lexical = contents.lexical, !query.isEmpty, keys.estimatedCount > 0 else { return [] }
        let matches = lexical.search(query, limit: limit, statistics: statistics) { keys.allows($0) }
        return matches.compactMap { match in
            contents.table[match.key].map { LegHit(key: match.key, score: Float(match.score), record: $0) }
        }
    }
}

internal import LexicalSearch
internal import MemoryModel
internal import VectorSearch

/// The union of what the legs found over all collections, each scored by both.
struct CandidatePool: Sendable {
    /// A question's words as the collections of one analyzer have them.
    private struct WordSearch: Sendable {
        let query: LexicalQuery
        let statistics: TermStatistics
        /// The places of those collections among the views.
        let views: [Int]
    }

    /// Candidates that are weighed; further ones are far behind, and would only cost time.
    private static let limit = 400
    /// What a word is worth that stands in for a misspelt one, by the number of slips.
    private static let weightsBySlips = [1: 0.8, 2: 0.6]
    /// The most words that stand in for one.
    private static let standInLimit = 4

    private let views: [IndexView]
    private let filter: IndexFilter
    private var found: [Candidate] = []
    /// By view: the place of each key among the candidates.
    private var places: [[UInt64: Int]]
    private var viewOfCollection: [Identifier<MemoryCollection>: Int] = [:]
    private var wordSearches: [WordSearch] = []

    init(_ views: [IndexView], filter: IndexFilter) {
        self.views = views
        self.filter = filter
        places = views.map { _ in [:] }
        for (number, view) in views.enumerated() { viewOfCollection[view.collectionID] = number }
    }

    /// The candidates, in no order.
    var candidates: [Candidate] { found }

    /// The names of the authors of what was found.
    var authors: Set<String> { Set(found.compactMap(\.record.author)) }

    // MARK: The legs

    /// Finds by words, in every collection, with frequencies counted over all of them.
    mutating func searchWords(_ text: String, analyzers: WorkspaceAnalyzers, _ request: Retriever.Request) throws {
        let groups = Dictionary(grouping: views.indices, by: { views[$0].analyzerSignature })
        for (signature, group) in groups.sorted(by: { ($0.key ?? 0) < ($1.key ?? 0) }) {
            guard let signature, let analyzer = analyzers.analyzer(signature: signature) else { continue }
            let search = wordSearch(try analyzer.query(text), group)
            wordSearches.append(search)
            for number in group {
                let view = views[number]
                let statistics = search.statistics
                add(view.matching(search.query, statistics: statistics, limit: request.legLimit), of: number, .words)
                guard request.retiredLimit > 0 else { continue }
                let retired = view.matchingRetired(search.query, statistics: statistics, limit: request.retiredLimit)
                add(retired, of: number, .words)
            }
        }
    }

    /// Finds by vectors, in every collection of the profile.
    mutating func searchVectors(_ vector: [Float], profile: String?, _ request: Retriever.Request) throws {
        for (number, view) in views.enumerated() where view.profileName == profile {
            add(try view.nearest(to: vector, limit: request.legLimit), of: number, .vectors)
            guard request.retiredLimit > 0 else { continue }
            add(try view.nearestRetired(to: vector, limit: request.retiredLimit), of: number, .vectors)
        }
    }

    /// Scores what one leg found by the other, and reads what ranking asks about beside.
    mutating func complete(vector: [Float]?) throws {
        for search in wordSearches {
            for number in search.views {
                let missing = places[number].values.filter { found[$0].lexicalScore == nil }
                let keys = missing.map { found[$0].key }
                let scores = views[number].wordScores(of: keys, search.query, statistics: search.statistics)
                for (place, score) in zip(missing, scores) where score > 0 { found[place].lexicalScore = Float(score) }
            }
        }
        for number in views.indices {
            let all = Array(places[number].values)
            for (place, outline) in zip(all, views[number].outlines(of: all.map { found[$0].key })) {
                found[place].outline = outline
            }
            if let vector, views[number].profileName != nil { try completeVectorScores(of: number, vector) }
        }
        trim()
    }

    private mutating func completeVectorScores(of number: Int, _ vector: [Float]) throws {
        let all = Array(places[number].values)
        let missing = all.filter { found[$0].vectorScore == nil }
        let questions = all.compactMap { place in
            found[place].outline.flatMap { $0.isAfterQuestion ? $0.before : nil }
        }
        let wanted = Set(missing.map { found[$0].key }).union(questions)
        let scores = try views[number].viewScores(of: Array(wanted), to: vector)
        for place in missing { found[place].vectorScore = scores[found[place].key]?.best }
        for place in all {
            guard let outline = found[place].outline, outline.isAfterQuestion, let before = outline.before else {
                continue
            }
            found[place].questionScore = scores[before]?.best
        }
    }

    // MARK: Comparing

    /// How like the whole text of one candidate those of others are.
    func comparison(_ anchor: Candidate, _ others: [Candidate]) -> [Likeness?] {
        guard let home = viewOfCollection[anchor.collectionID], let vector = views[home].vector(of: anchor.key) else {
            return others.map { _ in nil }
        }
        var scores: [Identifier<MemoryCollection>: [UInt64: ViewScores]] = [:]
        for (collectionID, group) in Dictionary(grouping: others, by: \.collectionID) {
            guard let number = viewOfCollection[collectionID], views[number].profileName == views[home].profileName
            else { continue }
            scores[collectionID] = try? views[number].viewScores(of: group.map(\.key), to: vector)
        }
        return others.map { other in
            guard let scores = scores[other.collectionID]?[other.key], let whole = scores.whole else { return nil }
            return Likeness(whole: whole, nearest: scores.best ?? whole)
        }
    }

    /// How likely it is that what stands first answers the question.
    func confidence(of ranked: [Candidate], _ question: Question, readsLatinOnly: Bool) -> Float {
        let first = ranked.prefix(Confidence.depth)
        var coverage: Double = 0
        for search in wordSearches {
            for number in search.views {
                let keys = first.filter { $0.collectionID == views[number].collectionID }.map(\.key)
                for share in views[number].coverage(of: keys, search.query, statistics: search.statistics) {
                    coverage = max(coverage, share)
                }
            }
        }
        return Confidence.of(
            meaning: first.compactMap(\.vectorScore).max(),
            coverage: Float(coverage),
            unread: readsLatinOnly ? question.foreignShare : 0
        )
    }

    // MARK: Inside

    private enum Leg {
        case words
        case vectors
    }

    private mutating func add(_ hits: [LegHit], of number: Int, _ leg: Leg) {
        for hit in hits {
            let place = places[number][hit.key] ?? found.count
            if place == found.count {
                var candidate = Candidate(
                    collectionID: views[number].collectionID,
                    record: hit.record,
                    retirement: filter.retirement(of: hit.record)
                )
                candidate.key = hit.key
                found.append(candidate)
                places[number][hit.key] = place
            }
            switch leg {
            case .words: found[place].lexicalScore = hit.score
            case .vectors: found[place].vectorScore = hit.score
            }
        }
    }

    /// The query with words that stand in for those that nobody has written, and its statistics.
    private func wordSearch(_ query: LexicalQuery, _ group: [Int]) -> WordSearch {
        var query = query
        let statistics = statistics(of: query, group)
        var known = Set(query.terms.map(\.term))
        for term in query.terms where statistics.documentFrequencies[term.term] == 0 {
            let similar = group.flatMap { views[$0].similarTerms(to: term, limit: Self.standInLimit) }
                .sorted { ($0.slips, $1.documentFrequency, $0.term) < ($1.slips, $0.documentFrequency, $1.term) }
            guard let least = similar.first?.slips else { continue }
            let nearest = similar.filter { $0.slips == least && $0.term.first == term.term.first }
            for standIn in nearest.prefix(Self.standInLimit) where known.insert(standIn.term).inserted {
                let weight = term.weight * (Self.weightsBySlips[least] ?? 0.5)
                query.terms.append(QueryTerm(standIn.term, weight: weight))
            }
        }
        let isSame = query.terms.count == statistics.documentFrequencies.count
        return WordSearch(
            query: query,
            statistics: isSame ? statistics : self.statistics(of: query, group),
            views: group
        )
    }

    private func statistics(of query: LexicalQuery, _ group: [Int]) -> TermStatistics {
        var statistics = TermStatistics()
        for number in group { statistics.add(views[number].statistics(for: query)) }
        return statistics
    }

    /// Leaves the best by either leg, and all that is not in use.
    private mutating func trim() {
        guard found.count > Self.limit else { return }
        let bestWords = found.reduce(0) { max($0, $1.lexicalScore ?? 0) }
        let bestMeaning = found.reduce(0) { max($0, $1.vectorScore ?? 0) }
        func value(_ candidate: Candidate) -> Float {
            (bestWords > 0 ? (candidate.lexicalScore ?? 0) / bestWords : 0)
                + (bestMeaning > 0 ? (candidate.vectorScore ?? 0) / bestMeaning : 0)
        }
        found.sort { (value($0), $1.record.sourceID) > (value($1), $0.record.sourceID) }
        let retired = found.dropFirst(Self.limit).filter { $0.retirement != nil }
        found = Array(found.prefix(Self.limit)) + retired
        places = views.map { _ in [:] }
    }
}

extension ViewScores {
    /// The best of all vectors.
    var best: Float? {
        guard let whole, let sentence else { return whole ?? sentence }
        return max(whole, sentence)
    }
}

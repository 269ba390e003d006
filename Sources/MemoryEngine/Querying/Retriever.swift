internal import LexicalSearch
internal import MemoryModel

/// Searches the indexes of collections by vectors and words, and puts what they found into one order.
struct Retriever: Sendable {
    /// What a search wants.
    struct Request: Sendable {
        let text: String
        let collections: [AuthorizedCollection]
        let filter: IndexFilter
        let legLimit: Int
        let retiredLimit: Int
    }

    /// What a search found.
    struct Result: Sendable {
        /// In use, best first.
        var candidates: [Candidate] = []
        /// Matching but not in use, best first.
        var retired: [Candidate] = []
        /// Places in the feeds that were searched.
        var positions: [Identifier<MemoryCollection>: Int64] = [:]
        var lexicalCurrent = true
        var awaitingVectors = 0
        var degradations: Set<ContextDegradation> = []
        var timings = StageTimings()
        /// The analyzer of the collections' words, for finding the query's words in contents.
        var signature: Int32?
    }

    let indexes: IndexRegistry
    let executor: SearchExecutor
    let embedder: QueryEmbedder
    let analyzers: WorkspaceAnalyzers
    let fusion = Fusion()

    /// Catches the indexes up and searches them; `embedding` is awaited as late as possible.
    func retrieve(
        _ request: Request,
        embedding: Task<QueryEmbedder.Outcome, Never>,
        deadline: ContinuousClock.Instant?
    ) async throws -> Result {
        var result = Result()
        let start = ContinuousClock.now
        let views = await views(for: request, deadline: deadline, into: &result)
        result.timings.add("catch_up", since: start)
        guard !request.text.isEmpty else { return result }
        let embedStart = ContinuousClock.now
        let vector = await vector(embedding, for: views, into: &result)
        result.timings.add("embed", since: embedStart)
        let searched = try await executor.searches.run { [self, result] () throws -> Result in
            var result = result
            try search(views, request, vector: vector, into: &result)
            return result
        }
        return searched
    }

    private struct View: Sendable {
        let index: IndexView
        let profileName: String?
    }

    /// The collections' indexes, all caught up at once; one that cannot be had degrades the answer.
    private func views(
        for request: Request,
        deadline: ContinuousClock.Instant?,
        into result: inout Result
    ) async -> [View] {
        let outcomes = await withTaskGroup(of: (Int, View?).self) { group in
            for (place, collection) in request.collections.enumerated() {
                group.addTask {
                    guard let index = try? await indexes.index(for: collection, deadline: deadline) else {
                        return (place, nil)
                    }
                    let view = try? await executor.searches.run { () throws -> IndexView in
                        IndexView(index, filter: request.filter)
                    }
                    return (place, view.map { View(index: $0, profileName: collection.collection.profile?.name) })
                }
            }
            var outcomes: [(Int, View?)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }
        }
        if outcomes.contains(where: { $0.1 == nil }) {
            result.degradations.insert(.indexUnavailable)
            result.lexicalCurrent = false
        }
        let views = outcomes.compactMap(\.1)
        for view in views {
            result.positions[view.index.collectionID] = view.index.lastSeq
            result.awaitingVectors += view.index.awaitingVectors
            if !view.index.hasAllWords { result.lexicalCurrent = false }
            result.signature = result.signature ?? view.index.analyzerSignature
        }
        return views
    }

    private func vector(
        _ embedding: Task<QueryEmbedder.Outcome, Never>,
        for views: [View],
        into result: inout Result
    ) async -> [Float]? {
        guard !views.isEmpty else { return nil }
        switch await embedding.value {
        case .vector(let vector):
            let profile = embedder.profile?.name
            if views.contains(where: { $0.profileName != profile }) { result.degradations.insert(.noEmbedding) }
            return vector
        case .notConfigured:
            result.degradations.insert(.noEmbedding)
            return nil
        case .unavailable:
            result.degradations.insert(.embeddingUnavailable)
            return nil
        case .allowanceUsedUp:
            result.degradations.insert(.allowanceUsedUp)
            return nil
        }
    }

    /// Both legs over every collection; runs on a thread for searching.
    private func search(
        _ views: [View],
        _ request: Request,
        vector: [Float]?,
        into result: inout Result
    ) throws {
        var pool = CandidatePool(filter: request.filter)
        let vectorStart = ContinuousClock.now
        if let vector {
            for view in views where view.profileName == embedder.profile?.name {
                pool.add(try view.index.nearest(to: vector, limit: request.legLimit), of: view.index, vector: true)
                if request.retiredLimit > 0 {
                    let retired = try view.index.nearestRetired(to: vector, limit: request.retiredLimit)
                    pool.add(retired, of: view.index, vector: true)
                }
            }
        }
        result.timings.add("vector", since: vectorStart)
        let lexicalStart = ContinuousClock.now
        for (query, group) in try queries(request.text, views) {
            var statistics = TermStatistics()
            for view in group { statistics.add(view.statistics(for: query)) }
            for view in group {
                pool.add(view.matching(query, statistics: statistics, limit: request.legLimit), of: view, vector: false)
                guard request.retiredLimit > 0 else { continue }
                let retired = view.matchingRetired(query, statistics: statistics, limit: request.retiredLimit)
                pool.add(retired, of: view, vector: false)
            }
        }
        result.timings.add("lexical", since: lexicalStart)
        let fuseStart = ContinuousClock.now
        let asksForCurrent = !request.filter.isPast && CurrencyCue.isPresent(in: request.text)
        let ranked = fusion.ranked(pool.candidates, place: request.filter.place, asksForCurrent: asksForCurrent)
        result.candidates = ranked.filter { $0.retirement == nil }
        result.retired = Array(ranked.filter { $0.retirement != nil }.prefix(request.retiredLimit))
        result.timings.add("fuse", since: fuseStart)
    }

    /// The analysed query for each group of collections whose words one analyzer made.
    private func queries(_ text: String, _ views: [View]) throws -> [(LexicalQuery, [IndexView])] {
        let groups = Dictionary(grouping: views.map(\.index), by: \.analyzerSignature)
        return try groups.compactMap { signature, group in
            guard let signature, let analyzer = analyzers.analyzer(signature: signature) else { return nil }
            return (try analyzer.query(text), group)
        }
    }
}

/// The union of what the legs found.
private struct CandidatePool {
    let filter: IndexFilter
    private var byID: [CandidateID: Candidate] = [:]

    init(filter: IndexFilter) {
        self.filter = filter
    }

    var candidates: [Candidate] { Array(byID.values) }

    mutating func add(_ hits: [LegHit], of view: IndexView, vector: Bool) {
        for hit in hits {
            let id = CandidateID(collectionID: view.collectionID, reference: hit.record.reference)
            var candidate =
                byID[id]
                ?? Candidate(
                    collectionID: view.collectionID,
                    record: hit.record,
                    retirement: filter.retirement(of: hit.record.attributes)
                )
            if vector {
                candidate.vectorScore = hit.score
            } else {
                candidate.lexicalScore = hit.score
            }
            byID[id] = candidate
        }
    }
}

/// How long stages took, in order.
struct StageTimings: Sendable {
    private(set) var stages: [StageTiming] = []

    /// Notes that a stage that began then ended now.
    mutating func add(_ stage: String, since start: ContinuousClock.Instant) {
        let duration = ContinuousClock.now - start
        stages.append(StageTiming(stage: stage, milliseconds: duration.milliseconds))
        EngineMetrics.record(stage: stage, duration)
    }

    mutating func append(_ others: StageTimings) {
        stages += others.stages
    }
}

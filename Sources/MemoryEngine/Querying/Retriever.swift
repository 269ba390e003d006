internal import LexicalSearch
internal import MemoryModel

/// Searches the indexes of collections by vectors and words, and puts what they found into one order.
struct Retriever: Sendable {
    /// What a search wants.
    struct Request: Sendable {
        let text: String
        /// Whom an embedding is counted for.
        let subject: UsageSubject
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
        /// How likely it is that what was found answers the question, from 0 to 1; nil where nothing was asked.
        var confidence: Float?
    }

    let indexes: IndexRegistry
    let executor: SearchExecutor
    let embedder: QueryEmbedder
    let analyzers: WorkspaceAnalyzers
    /// How long an index is waited for.
    let patience: Duration

    /// Catches the indexes up and searches them; `embedding` is awaited as late as possible, and made here where there is none.
    func retrieve(
        _ request: Request,
        embedding: Task<QueryEmbedder.Outcome, Never>?,
        deadline: ContinuousClock.Instant?
    ) async throws -> Result {
        var result = Result()
        let start = ContinuousClock.now
        let views = await views(for: request, deadline: deadline, into: &result)
        result.timings.add("catch_up", since: start)
        guard !request.text.isEmpty else { return result }
        let lexicalStart = ContinuousClock.now
        let pool = try await executor.searches.run { () throws -> CandidatePool in
            var pool = CandidatePool(views.map(\.index), filter: request.filter)
            try pool.searchWords(request.text, analyzers: analyzers, request)
            return pool
        }
        result.timings.add("lexical", since: lexicalStart)
        let embedStart = ContinuousClock.now
        let question = Question(request.text, authors: pool.authors)
        let vector = await vector(embedding, question, request, for: views, deadline: deadline, into: &result)
        result.timings.add("embed", since: embedStart)
        return try await executor.searches.run { [result] () throws -> Result in
            var result = result
            try rank(pool, question, request, vector: vector, into: &result)
            return result
        }
    }

    struct View: Sendable {
        let index: IndexView
        /// Whether the index had caught up with its feed.
        let isCurrent: Bool
        var profileName: String? { index.profileName }
    }

    /// The collections' indexes, all caught up at once; one that cannot be had, or not wholly, degrades the answer.
    func views(
        for request: Request,
        deadline: ContinuousClock.Instant?,
        into result: inout Result
    ) async -> [View] {
        let outcomes = await withTaskGroup(of: (Int, View?).self) { group in
            for (place, collection) in request.collections.enumerated() {
                group.addTask {
                    guard
                        let present = try? await indexes.present(collection, patience: patience, deadline: deadline)
                    else { return (place, nil) }
                    let view = await executor.searches.run {
                        IndexView(
                            present.index,
                            profileName: collection.collection.profile?.name,
                            filter: request.filter
                        )
                    }
                    return (place, View(index: view, isCurrent: present.isCurrent))
                }
            }
            var outcomes: [(Int, View?)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }
        }
        if outcomes.contains(where: { $0.1?.isCurrent != true }) {
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

    /// The vector of the question, put in the first person where it names an author, since authors speak of themselves so.
    private func vector(
        _ embedding: Task<QueryEmbedder.Outcome, Never>?,
        _ question: Question,
        _ request: Request,
        for views: [View],
        deadline: ContinuousClock.Instant?,
        into result: inout Result
    ) async -> [Float]? {
        guard !views.isEmpty else { return nil }
        let wanted = question.mention.inFirstPerson
        let asItStands = await embedding?.value
        var outcome: QueryEmbedder.Outcome
        if let asItStands, wanted == question.text {
            outcome = asItStands
        } else {
            outcome = await embedder.embed(wanted, for: request.subject, deadline: deadline)
            if let asItStands, case .vector = asItStands {
                if case .vector = outcome {} else { outcome = asItStands }
            }
        }
        switch outcome {
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

    /// The vector leg, and the order of all that was found; runs on a thread for searching.
    private func rank(
        _ pool: CandidatePool,
        _ question: Question,
        _ request: Request,
        vector: [Float]?,
        into result: inout Result
    ) throws {
        var pool = pool
        let vectorStart = ContinuousClock.now
        if let vector { try pool.searchVectors(vector, profile: embedder.profile?.name, request) }
        result.timings.add("vector", since: vectorStart)
        let rankStart = ContinuousClock.now
        try pool.complete(vector: vector)
        var ranking = Ranking()
        ranking.readsLatinOnly = embedder.profile?.provider == Self.localProvider
        let ranked = ranking.ranked(
            pool.candidates,
            question: question,
            place: request.filter.place,
            isPast: request.filter.isPast,
            comparison: pool.comparison
        )
        result.candidates = ranked.filter { $0.retirement == nil }
        result.retired = Array(ranked.filter { $0.retirement != nil }.prefix(request.retiredLimit))
        result.confidence = pool.confidence(of: result.candidates, question, readsLatinOnly: ranking.readsLatinOnly)
        result.timings.add("fuse", since: rankStart)
    }

    /// The provider of the embedded encoder, whose vocabulary is that of English.
    private static let localProvider = "local"
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

internal import LexicalSearch
public import MemoryModel

/// Answers the question of what an agent should know right now.
public final class ContextService: Sendable {
    let store: any MemoryStore
    let executor: SearchExecutor
    let embedder: QueryEmbedder
    let analyzers = WorkspaceAnalyzers()
    let retriever: Retriever
    let reader: ContentReader
    private let identifiers: IdentifierGenerator
    let clock: any WallClock
    let limits: EngineLimits
    let configuration: ContextConfiguration
    let traces: TraceWriter
    let meter: QueryMeter
    let reads: PersonalReads?

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - store: Where everything is kept.
    ///   - indexes: The indexes.
    ///   - executor: The threads that search.
    ///   - provider: Embeds queries; nil where the service runs on words alone.
    ///   - identifiers: Makes the ids of packs.
    ///   - clock: Tells the time at which items must hold.
    ///   - limits: How large queries may be.
    ///   - configuration: How they are answered.
    ///   - tiers: The quotas that queries are held to.
    ///   - prices: What the provider's tokens cost.
    ///   - reads: Hears of reads of personal memory by others; nil where nobody is told.
    public init(
        store: any MemoryStore,
        indexes: IndexRegistry,
        executor: SearchExecutor,
        provider: (any EmbeddingProvider)?,
        identifiers: IdentifierGenerator,
        clock: any WallClock,
        limits: EngineLimits = EngineLimits(),
        configuration: ContextConfiguration = ContextConfiguration(),
        tiers: TierTable = .unlimited,
        prices: PriceList = .free,
        reads: PersonalReads? = nil
    ) {
        self.reads = reads
        self.store = store
        self.executor = executor
        meter = QueryMeter(store: store, tiers: tiers, prices: prices)
        embedder = QueryEmbedder(
            provider: provider,
            meter: meter,
            patience: configuration.embeddingPatience,
            capacity: configuration.embeddingCacheSize
        )
        retriever = Retriever(
            indexes: indexes,
            executor: executor,
            embedder: embedder,
            analyzers: analyzers,
            patience: configuration.indexPatience
        )
        reader = ContentReader(store: store)
        self.identifiers = identifiers
        self.clock = clock
        self.limits = limits
        self.configuration = configuration
        traces = TraceWriter(store: store, configuration: configuration)
    }

    /// Forgets the queries of a workspace that are kept with their vectors, and returns how many there were.
    func forgetQueries(of workspaceID: Identifier<Workspace>) -> Int {
        embedder.forget(workspaceID)
    }

    /// Writes traces and usage off the hot path until the task is cancelled, then what is left.
    public func run() async {
        async let metering: Void = meter.run()
        await traces.run()
        await metering
    }

    /// Writes the traces and the usage that wait.
    public func flush() async {
        await traces.flush()
        await meter.flush()
    }

    /// Answers a query.
    ///
    /// - Throws: `EngineError` for a query that breaks a limit, `StoreError`. A provider or index that cannot be had
    ///   degrades the answer instead.
    public func answer(
        _ query: ContextQuery,
        as principal: Principal,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> ContextPack {
        let start = ContinuousClock.now
        // What is held back goes into no pack, whatever is asked for.
        var query = query
        query.filter.states.remove(.quarantined)
        let text = try checked(query)
        let subject = UsageSubject(query, principal)
        let embedding = embedding(of: text, for: subject, deadline: deadline)
        defer { embedding?.cancel() }
        var timings = StageTimings()
        let prelude = try await prelude(for: query, as: principal, deadline: deadline)
        timings.add("resolve", since: start)

        let filter = filter(for: query, prelude)
        let request = Retriever.Request(
            text: text,
            subject: subject,
            collections: prelude.collections,
            filter: filter,
            legLimit: configuration.legLimit,
            retiredLimit: configuration.retiredLimit
        )
        let found = try await retriever.retrieve(request, embedding: embedding, deadline: deadline)
        timings.append(found.timings)

        let readStart = ContinuousClock.now
        let pins = prelude.pins.filter { filter.allows(ItemIndexing.attributes(of: $0)) }
        let pinned = Set(pins.map(\.id))
        let wanted = found.candidates.prefix(configuration.candidateLimit)
            .filter { !pinned.contains($0.record.sourceID.as(ContextItem.self)) }
        let read = try await reader.read(
            wanted + found.retired,
            filter: filter,
            authorized: prelude.collections,
            as: principal,
            deadline: deadline
        )
        timings.add("read", since: readStart)

        let packStart = ContinuousClock.now
        let signature = found.signature
        let assembly = PackAssembly(
            query: query,
            pins: pins,
            pinScores: Self.scores(of: pinned, among: found.candidates),
            weighed: Self.weighed(OriginCap.applied(to: read)),
            recent: prelude.recentMessages,
            fenceSecret: prelude.fenceSecret,
            analyzer: signature.flatMap { analyzers.analyzer(signature: $0) }
        )
        let assembled = await executor.searches.run { assembly.assemble() }
        timings.add("pack", since: packStart)

        let freshness = freshness(of: found, query: query, prelude: prelude)
        var degradations = found.degradations
        if freshness.tokenMet == false { degradations.insert(.notYet) }
        timings.add("total", since: start)
        EngineMetrics.count(.contextQueries)
        if !degradations.isEmpty { EngineMetrics.count(.degradedAnswers) }
        let pack = ContextPack(
            id: identifiers.next(),
            rendered: assembled.rendered,
            tokenCount: assembled.tokenCount,
            candidates: assembled.candidates,
            freshness: freshness,
            degradations: degradations.sorted { $0.rawValue < $1.rawValue },
            timings: timings.stages,
            confidence: found.confidence ?? 0
        )
        let present = Set(read.map(\.candidate.record.sourceID))
        let trace = assembled.trace(
            of: pack,
            query: query,
            asker: principal,
            unread: wanted.filter { !present.contains($0.record.sourceID) },
            at: clock.now
        )
        traces.enqueue(trace, workspaceID: principal.workspaceID)
        return pack
    }

    private static func weighed(_ read: [ContentReader.Read]) -> [PackAssembly.Weighed] {
        let entries = read.map { read in
            PackAssembly.Weighed(
                subject: read.subject,
                score: read.candidate.score,
                scores: read.candidate.scores,
                retirement: read.retirement
            )
        }
        let said = read.compactMap { read in read.feedback.map { (read.subject.sourceID, $0) } }
        return weighed(entries, tallies: Dictionary(said, uniquingKeysWith: { first, _ in first }))
    }

    /// The scores that pins had among what was found: they are shown anyway.
    private static func scores(
        of pinned: Set<Identifier<ContextItem>>,
        among candidates: [Candidate]
    ) -> [Identifier<ContextItem>: [String: Float]] {
        let found = candidates.filter { pinned.contains($0.record.sourceID.as(ContextItem.self)) }
        return Dictionary(
            found.map { ($0.record.sourceID.as(ContextItem.self), $0.scores) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Rebuilds an answered query's pack from its trace.
    ///
    /// - Throws: `StoreError` (`notFound` where there is no such pack in the workspace).
    public func replay(
        _ id: Identifier<ContextPack>,
        as principal: Principal,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> ContextReplay {
        // A trace that still waits is written first, so that it is read under the caller's policies like any other.
        if traces.isWaiting(id, in: principal.workspaceID) { await traces.flush() }
        return try await ContextReplay.rebuild(
            id,
            from: store,
            as: principal,
            reads: reads,
            deadline: deadline
        )
    }
}

internal import Logging
public import MemoryModel
internal import Synchronization

/// Does the jobs of all workspaces: claims them under a lease, works outside transactions, writes effects once.
public final class Worker: Sendable {
    private let queue: any JobQueue
    private let embedding: EmbeddingTask?
    private let erasure: ErasureTask?
    private let summaries: SummaryTask?
    private let extraction: ExtractionTask?
    private let retention: RetentionTask?
    private let messages: MessageIndexTask
    private let configuration: WorkerConfiguration
    private let backOff: BackOff
    private let random: Mutex<any RandomNumberGenerator & Sendable>
    private let logger = Logger(label: "mneme.worker")

    /// Makes a worker.
    ///
    /// - Parameters:
    ///   - store: Where effects are written.
    ///   - queue: Where jobs are claimed.
    ///   - provider: Embeds documents; nil leaves embedding jobs in the queue until one is configured.
    ///   - prices: What the tokens of providers cost.
    ///   - identifiers: Makes the ids of collections.
    ///   - erasure: Erases what was asked for; nil leaves such jobs in the queue.
    ///   - derivation: Makes summaries and looks through conversations; nil leaves those jobs in the queue.
    ///   - retention: Keeps collections within their policies; nil leaves such jobs in the queue.
    ///   - configuration: How jobs are claimed and tried again.
    ///   - random: Spreads retries.
    public init(
        store: any MemoryStore,
        queue: any JobQueue,
        provider: (any EmbeddingProvider)?,
        prices: PriceList = .free,
        identifiers: IdentifierGenerator,
        erasure: ErasureTask? = nil,
        derivation: DerivationWork? = nil,
        retention: RetentionTask? = nil,
        configuration: WorkerConfiguration = WorkerConfiguration(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.queue = queue
        self.erasure = erasure
        self.retention = retention
        self.configuration = configuration
        embedding = provider.map {
            EmbeddingTask(store: store, provider: $0, prices: prices, configuration: configuration)
        }
        summaries = derivation.map { work in
            SummaryTask(
                store: store,
                summariser: Summariser(chat: work.chat, embedding: provider, configuration: work.configuration),
                prices: prices,
                items: work.items,
                conversations: work.conversations
            )
        }
        extraction = derivation.flatMap { work in
            work.chat.map {
                ExtractionTask(
                    store: store,
                    chat: $0,
                    prices: prices,
                    identifiers: work.identifiers,
                    configuration: work.configuration
                )
            }
        }
        messages = MessageIndexTask(
            store: store,
            indexing: MessageIndexing(
                analyzers: WorkspaceAnalyzers(),
                collections: CollectionService(identifiers: identifiers, profile: provider?.profile)
            )
        )
        backOff = BackOff(shortest: configuration.shortestBackOff, longest: configuration.longestBackOff)
        self.random = Mutex(random)
    }

    /// Works until the task is cancelled; jobs at work are then given back at once.
    public func run() async {
        var pause = configuration.shortestPoll
        while !Task.isCancelled {
            let count = await workOnce()
            if count > 0 {
                pause = configuration.shortestPoll
            } else {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, configuration.longestPoll)
            }
        }
    }

    /// Claims as many jobs as may be at work at a time, does them, and returns how many there were.
    @discardableResult
    public func workOnce() async -> Int {
        let jobs: [ClaimedJob]
        do throws(StoreError) {
            jobs = try await queue.claim(limit: configuration.concurrency, lease: configuration.lease)
        } catch {
            logger.warning("jobs could not be claimed", metadata: ["reason": "\(error)"])
            return 0
        }
        await withTaskGroup(of: Void.self) { group in
            for job in jobs {
                group.addTask { await self.work(on: job) }
            }
        }
        return jobs.count
    }

    /// What a job is to do; nothing is counted for jobs that embed nothing.
    ///
    /// A task that is not configured leaves its jobs to be tried later.
    private func effect(of job: ClaimedJob) async throws -> EmbeddingTask.Outcome {
        let order: EmbeddingOrder
        switch job.payload {
        case .embedItems(let collectionID, let generation, let items):
            order = EmbeddingOrder(collectionID: collectionID, generation: generation, source: .items(items))
        case .embedMessages(let collectionID, let generation, let messages):
            order = EmbeddingOrder(collectionID: collectionID, generation: generation, source: .messages(messages))
        case .indexMessages(let last):
            try await messages.run(job, after: last)
            return EmbeddingTask.Outcome()
        case .erase(let id, _):
            guard let erasure else { throw NoProvider() }
            try await erasure.run(job, id)
            return EmbeddingTask.Outcome()
        case .applyRetention(let collection):
            guard let retention else { throw NoProvider() }
            try await retention.run(job, collection)
            return EmbeddingTask.Outcome()
        case .summariseFork(let forkID, let messageID, let result):
            guard let summaries else { throw NoProvider() }
            try await summaries.summarise(job, fork: forkID, messageID: messageID, result: result)
            return EmbeddingTask.Outcome()
        case .summariseThread(let threadID, let result):
            guard let summaries else { throw NoProvider() }
            try await summaries.summarise(job, thread: threadID, result: result)
            return EmbeddingTask.Outcome()
        case .extractItems(let threadID):
            guard let extraction else { throw NoProvider() }
            try await extraction.run(job, thread: threadID)
            return EmbeddingTask.Outcome()
        }
        guard let embedding else { throw NoProvider() }
        return try await embedding.run(job, order)
    }

    private func work(on job: ClaimedJob) async {
        // Heartbeats end with the work, and a lost lease ends the work.
        let work = Task { try await self.effect(of: job) }
        let heartbeat = Task { await self.keepLease(of: job, else: { work.cancel() }) }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        heartbeat.cancel()
        switch result {
        case .success(let outcome):
            EngineMetrics.count(.jobsDone)
            EngineMetrics.count(.textsEmbedded, by: outcome.embedded)
            EngineMetrics.count(.textsRefused, by: outcome.refused)
            guard outcome.refused > 0 else { return }
            logger.warning(
                "texts that the provider refuses were put aside",
                metadata: ["job": "\(job.id)", "count": "\(outcome.refused)"]
            )
        case .failure(let error):
            await giveBack(job, after: error)
        }
    }

    private func keepLease(of job: ClaimedJob, else lost: @Sendable () -> Void) async {
        while true {
            do {
                try await Task.sleep(for: configuration.heartbeat)
                guard try await queue.extendLease(of: job, by: configuration.lease) else {
                    EngineMetrics.count(.jobLeasesLost)
                    return lost()
                }
            } catch is CancellationError {
                return
            } catch {
                // The lease still holds for a while; the next beat tries again.
                logger.warning("a lease could not be extended", metadata: ["job": "\(job.id)"])
            }
        }
    }

    private func giveBack(_ job: ClaimedJob, after error: any Error) async {
        let failure = Failure(error)
        // Another worker has the job: it is no longer ours to fail.
        guard failure != .leaseLost else { return }
        let isFinal = failure.counts && job.attempt >= configuration.attempts && !job.payload.isRecurring
        let delay = delay(of: job, after: failure)
        EngineMetrics.count(isFinal ? .jobsDead : .jobsRetried)
        logger.warning(
            isFinal ? "a job was put aside" : "a job will be tried again",
            metadata: ["job": "\(job.id)", "attempt": "\(job.attempt)", "reason": "\(failure.reason)"]
        )
        // The worker may be stopping: giving back must not be cancelled with it.
        let queue = queue
        await Task {
            try? await queue.fail(job, reason: failure.reason, retryAfter: delay, isFinal: isFinal)
        }.value
    }

    private func delay(of job: ClaimedJob, after failure: Failure) -> Duration {
        switch failure {
        case .stopped: .zero
        case .usedUp: configuration.usedUpPause
        case .noProvider: configuration.longestBackOff
        case .leaseLost, .embedding, .chat, .engine, .store, .other:
            backOff.delay(
                after: job.attempt,
                asked: failure.retryAfter,
                fraction: random.withLock { Double.random(in: 0..<1, using: &$0) }
            )
        }
    }

    /// There is nothing to embed with.
    private struct NoProvider: Error {}

    /// Why a job could not be done.
    private enum Failure: Equatable {
        case leaseLost
        case stopped
        /// A quota or a limit of spending leaves no room: not tried again for a while, and never put aside.
        case usedUp(String)
        case noProvider
        case embedding(EmbeddingError)
        case chat(ChatError)
        case engine(EngineError)
        case store(StoreError)
        case other

        init(_ error: any Error) {
            self =
                switch error {
                case let error as AllowanceUsedUp: .usedUp(error.what.rawValue)
                case let error as StoreError where error.code == .quotaExceeded: .usedUp(error.field ?? "quota")
                case let error as StoreError where error.code == .conflict: .leaseLost
                case let error as StoreError: .store(error)
                case let error as EmbeddingError where error.code == .cancelled: .stopped
                case let error as EmbeddingError: .embedding(error)
                case let error as ChatError where error.code == .cancelled: .stopped
                case let error as ChatError: .chat(error)
                case let error as EngineError: .engine(error)
                case is CancellationError: .stopped
                case is NoProvider: .noProvider
                default: .other
                }
        }

        /// Whether trying again is bounded: a provider or database that is down delays work and loses none.
        var counts: Bool {
            switch self {
            case .leaseLost, .stopped, .usedUp, .noProvider: false
            case .embedding(let error): ![.unavailable, .deadlineExceeded, .refused].contains(error.code)
            case .chat(let error): ![.unavailable, .deadlineExceeded, .refused].contains(error.code)
            case .engine: true
            case .store(let error): [.invalid, .internal, .notFound].contains(error.code)
            case .other: true
            }
        }

        var retryAfter: Duration? {
            switch self {
            case .embedding(let error): error.retryAfter
            case .chat(let error): error.retryAfter
            default: nil
            }
        }

        /// A bounded name for the row and the log; no text.
        var reason: String {
            switch self {
            case .leaseLost: "lease_lost"
            case .stopped: "stopped"
            case .usedUp(let what): "used_up_\(what)"
            case .noProvider: "no_provider"
            case .embedding(let error): "embedding_\(error.code.rawValue)"
            case .chat(let error): "chat_\(error.code.rawValue)"
            case .engine(let error): "engine_\(error.code.rawValue)"
            case .store(let error): "store_\(error.code.rawValue)"
            case .other: "other"
            }
        }
    }
}

internal import Logging
public import MemoryModel
internal import Synchronization

/// Does the jobs of all workspaces: claims them under a lease, works outside transactions, writes effects once.
public final class Worker: Sendable {
    private let queue: any JobQueue
    private let embedding: EmbeddingTask?
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
    ///   - prices: What the provider's tokens cost.
    ///   - configuration: How jobs are claimed and tried again.
    ///   - random: Spreads retries.
    public init(
        store: any MemoryStore,
        queue: any JobQueue,
        provider: (any EmbeddingProvider)?,
        prices: PriceList = .free,
        configuration: WorkerConfiguration = WorkerConfiguration(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.queue = queue
        self.configuration = configuration
        embedding = provider.map {
            EmbeddingTask(store: store, provider: $0, prices: prices, configuration: configuration)
        }
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
        guard let embedding else { return 0 }
        let jobs: [ClaimedJob]
        do throws(StoreError) {
            jobs = try await queue.claim(limit: configuration.concurrency, lease: configuration.lease)
        } catch {
            logger.warning("jobs could not be claimed", metadata: ["reason": "\(error)"])
            return 0
        }
        await withTaskGroup(of: Void.self) { group in
            for job in jobs {
                group.addTask { await self.work(on: job, embedding: embedding) }
            }
        }
        return jobs.count
    }

    private func work(on job: ClaimedJob, embedding: EmbeddingTask) async {
        // Heartbeats end with the work, and a lost lease ends the work.
        let work = Task {
            switch job.payload {
            case .embedItems(let collectionID, let generation, let items):
                try await embedding.run(job, collectionID: collectionID, generation: generation, items: items)
            }
        }
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
        let isFinal = failure.counts && job.attempt >= configuration.attempts
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
        case .leaseLost, .embedding, .store, .other:
            backOff.delay(
                after: job.attempt,
                asked: failure.retryAfter,
                fraction: random.withLock { Double.random(in: 0..<1, using: &$0) }
            )
        }
    }

    /// Why a job could not be done.
    private enum Failure: Equatable {
        case leaseLost
        case stopped
        /// A quota or a limit of spending leaves no room: not tried again for a while, and never put aside.
        case usedUp(String)
        case embedding(EmbeddingError)
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
                case is CancellationError: .stopped
                default: .other
                }
        }

        /// Whether trying again is bounded: a provider or database that is down delays work and loses none.
        var counts: Bool {
            switch self {
            case .leaseLost, .stopped, .usedUp: false
            case .embedding(let error): ![.unavailable, .deadlineExceeded, .refused].contains(error.code)
            case .store(let error): [.invalid, .internal, .notFound].contains(error.code)
            case .other: true
            }
        }

        var retryAfter: Duration? {
            if case .embedding(let error) = self { return error.retryAfter }
            return nil
        }

        /// A bounded name for the row and the log; no text.
        var reason: String {
            switch self {
            case .leaseLost: "lease_lost"
            case .stopped: "stopped"
            case .usedUp(let what): "used_up_\(what)"
            case .embedding(let error): "embedding_\(error.code.rawValue)"
            case .store(let error): "store_\(error.code.rawValue)"
            case .other: "other"
            }
        }
    }
}

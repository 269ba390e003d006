internal import MemoryModel
internal import Synchronization

/// Embeds queries through a cache, within a bound on time.
///
/// What comes later than the bound is still put into the cache, so that the same question asked again is answered
/// with it. Queries of different workspaces share nothing.
final class QueryEmbedder: Sendable {
    /// What became of an embedding.
    enum Outcome: Sendable {
        case vector([Float])
        /// No provider is configured for this profile.
        case notConfigured
        /// The provider is late or failed.
        case unavailable
        /// A quota of tokens or a limit of spending is used up.
        case allowanceUsedUp
    }

    private struct CacheKey: Hashable, Sendable {
        let workspaceID: Identifier<Workspace>
        let profile: String
        let text: String
    }

    private let provider: (any EmbeddingProvider)?
    private let meter: QueryMeter
    private let patience: Duration
    private let cache: Mutex<RecentlyUsed<CacheKey, [Float]>>
    private let underWay = Mutex<[CacheKey: Task<[Float], any Error>]>([:])

    /// Makes an embedder.
    ///
    /// - Parameters:
    ///   - provider: The provider; nil where the service runs on words alone.
    ///   - meter: Counts calls, and says whether more may be made.
    ///   - patience: How long one query waits for it at most.
    ///   - capacity: Vectors kept.
    init(provider: (any EmbeddingProvider)?, meter: QueryMeter, patience: Duration, capacity: Int) {
        self.provider = provider
        self.meter = meter
        self.patience = patience
        cache = Mutex(RecentlyUsed(capacity: capacity))
    }

    /// The profile that queries are embedded under; nil without a provider.
    var profile: EmbeddingProfile? { provider?.profile }

    /// Forgets every query of a workspace, and returns how many there were.
    func forget(_ workspaceID: Identifier<Workspace>) -> Int {
        cache.withLock { $0.removeAll { $0.workspaceID == workspaceID } }
    }

    /// The vector of a query.
    func embed(
        _ text: String,
        for subject: UsageSubject,
        deadline: ContinuousClock.Instant?
    ) async -> Outcome {
        guard let provider else { return .notConfigured }
        let key = CacheKey(workspaceID: subject.workspaceID, profile: provider.profile.name, text: text)
        if let vector = cache.withLock({ $0.value(for: key) }) {
            EngineMetrics.count(.queryEmbeddingHits)
            return .vector(vector)
        }
        EngineMetrics.count(.queryEmbeddingMisses)
        guard meter.allows(subject, provider.profile) else { return .allowanceUsedUp }
        let bound = min(ContinuousClock.now + patience, deadline ?? .now + patience)
        let task = underWay.withLock { tasks in
            if let task = tasks[key] { return task }
            let task = Task {
                defer { self.underWay.withLock { $0[key] = nil } }
                // Beyond the bound the answer is of use to the next query only, and worth a second.
                let result: EmbeddingResult
                do throws(EmbeddingError) {
                    result = try await provider.embed([text], purpose: .query, deadline: bound + .seconds(1))
                } catch {
                    self.meter.count(error.usage, for: subject, provider.profile)
                    throw error
                }
                self.meter.count(result.usage, for: subject, provider.profile)
                guard let vector = result.vectors.first else {
                    throw EmbeddingError(.invalidAnswer, "no vector came back")
                }
                self.cache.withLock { $0.insert(vector, for: key) }
                return vector
            }
            tasks[key] = task
            return task
        }
        guard let vector = try? await value(of: task, until: bound) else { return .unavailable }
        return .vector(vector)
    }
}

/// A dictionary that forgets what was used longest ago.
struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var entries: [Key: (value: Value, used: UInt64)] = [:]
    private var clock: UInt64 = 0
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { entries.count }

    mutating func value(for key: Key) -> Value? {
        guard let entry = entries[key] else { return nil }
        clock += 1
        entries[key] = (entry.value, clock)
        return entry.value
    }

    /// Takes out the entries whose keys fulfil a condition, and returns how many there were.
    mutating func removeAll(where condition: (Key) -> Bool) -> Int {
        let keys = entries.keys.filter(condition)
        for key in keys { entries[key] = nil }
        return keys.count
    }

    mutating func insert(_ value: Value, for key: Key) {
        clock += 1
        entries[key] = (value, clock)
        guard entries.count > capacity else { return }
        // An eighth at a time, so that the sort is rare.
        let oldest = entries.sorted { $0.value.used < $1.value.used }.prefix(max(1, capacity / 8))
        for entry in oldest { entries[entry.key] = nil }
    }
}

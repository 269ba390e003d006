public import MemoryModel

/// Waits until what a write stamped can be found: read-your-writes for callers that ask for it.
public struct IndexWait: Sendable {
    /// How far an index had come when the wait ended.
    public struct Outcome: Sendable, Hashable {
        /// Whether the words of the write are in.
        public let isLexicalCurrent: Bool
        /// Whether its vectors are in; true where its collections have none.
        public let hasVectors: Bool

        /// Whether everything is in.
        public var isMet: Bool { isLexicalCurrent && hasVectors }
    }

    private let store: any MemoryStore
    private let indexes: IndexRegistry

    /// Makes a wait.
    public init(store: any MemoryStore, indexes: IndexRegistry) {
        self.store = store
        self.indexes = indexes
    }

    /// Waits until the token's write is indexed, vectors included, or the deadline passes.
    ///
    /// - Throws: `StoreError` where the collections cannot be read, `CancellationError`.
    public func untilIndexed(
        _ token: ConsistencyToken,
        as principal: Principal,
        deadline: ContinuousClock.Instant
    ) async throws -> Outcome {
        guard token.epoch == store.epoch else { return Outcome(isLexicalCurrent: false, hasVectors: false) }
        var outcome = Outcome(isLexicalCurrent: false, hasVectors: false)
        while true {
            do {
                outcome = try await look(token, as: principal, deadline: deadline)
            } catch let error as StoreError where error.code == .deadlineExceeded {
                return outcome
            }
            if outcome.isMet || ContinuousClock.now + indexes.configuration.pollInterval >= deadline { return outcome }
            try await Task.sleep(for: indexes.configuration.pollInterval)
        }
    }

    private func look(
        _ token: ConsistencyToken,
        as principal: Principal,
        deadline: ContinuousClock.Instant
    ) async throws -> Outcome {
        let request = ContextPreludeRequest(
            agentID: nil,
            collectionIDs: token.positions.keys.sorted(),
            pinScopes: [],
            threadID: nil,
            forkID: nil,
            recentMessages: 0
        )
        let collections = try await store.withTransaction(as: principal, .reading(until: deadline)) { tx in
            try await tx.contextPrelude(request).collections
        }.value
        var isLexicalCurrent = true
        var hasVectors = true
        for collection in collections {
            guard let seq = token.positions[collection.collection.id] else { continue }
            guard let index = try? await indexes.index(for: collection, deadline: deadline), index.lastSeq >= seq else {
                return Outcome(isLexicalCurrent: false, hasVectors: false)
            }
            isLexicalCurrent = isLexicalCurrent && index.lastSeq >= seq
            hasVectors = hasVectors && index.hasAllVectors(upTo: seq)
        }
        return Outcome(isLexicalCurrent: isLexicalCurrent, hasVectors: hasVectors)
    }
}

import MemoryModel
import Synchronization

/// A feed that counts the rebuilds that were begun, and can hold readers up.
final class WatchedFeed: FeedReader {
    /// What a reader is about to do.
    enum Step: Sendable, Hashable {
        case head(Identifier<MemoryCollection>)
        /// A page of a rebuild, after a key.
        case page(Identifier<MemoryCollection>, after: Int64)
        case changes(Identifier<MemoryCollection>)
    }

    private struct State {
        var rebuilds = 0
        var gate: (@Sendable (Step) async -> Void)?
    }

    private let base: any FeedReader
    private let state = Mutex(State())

    init(_ base: any FeedReader) { self.base = base }

    /// How many rebuilds were begun.
    var rebuilds: Int { state.withLock(\.rebuilds) }

    /// Has readers pass a gate before each step; nil opens it.
    func hold(at gate: (@Sendable (Step) async -> Void)?) { state.withLock { $0.gate = gate } }

    private func pass(_ step: Step) async {
        let gate = state.withLock { state in
            if case .head = step { state.rebuilds += 1 }
            return state.gate
        }
        await gate?(step)
    }

    func head(of collection: AuthorizedCollection) async throws(StoreError) -> FeedHead {
        await pass(.head(collection.collection.id))
        return try await base.head(of: collection)
    }

    func changes(
        in collection: AuthorizedCollection,
        after seq: Int64,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry] {
        await pass(.changes(collection.collection.id))
        return try await base.changes(in: collection, after: seq, limit: limit)
    }

    func entries(
        in collection: AuthorizedCollection,
        afterKey key: Int64,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry] {
        await pass(.page(collection.collection.id, after: key))
        return try await base.entries(in: collection, afterKey: key, limit: limit)
    }
}

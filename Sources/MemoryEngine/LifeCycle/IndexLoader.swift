internal import Logging
internal import MemoryModel
internal import VectorSearch

/// Brings an index into memory, from its snapshot where that can be trusted, else from the feed, and keeps it in step.
struct IndexLoader: Sendable {
    /// Changes that a thread for searching applies; more are left to those that load, so that no bulk write holds up answers.
    private static let fewChanges = 64

    let feed: any FeedReader
    let executor: SearchExecutor
    let snapshots: IndexSnapshots?
    let pageSize: Int
    private let searching = SearchMemory()

    init(feed: any FeedReader, executor: SearchExecutor, snapshots: IndexSnapshots?, pageSize: Int) {
        self.feed = feed
        self.executor = executor
        self.snapshots = snapshots
        self.pageSize = pageSize
    }

    /// Loads an index; `savedSeq` is the place its snapshot stands at, -1 where there is none.
    ///
    /// `showing` is told of the index that a rebuild fills, before it does.
    func load(
        _ authorized: AuthorizedCollection,
        _ identity: CollectionIndex.Identity,
        _ reservation: IndexReservation?,
        showing: (CollectionIndex) -> Void
    ) async throws -> (index: CollectionIndex, savedSeq: Int64) {
        if let snapshots {
            let profile = authorized.collection.profile
            let read = await executor.loads.run { [searching] in
                snapshots.read(identity, profile: profile, searching, reservation)
            }
            if let read, read.lastSeq >= authorized.head.floor, read.lastSeq <= authorized.head.lastSeq {
                return (read, read.lastSeq)
            }
        }
        return (try await rebuild(authorized, identity, reservation, showing), -1)
    }

    /// Bytes that an index will take: by its snapshot, or by the length of its feed.
    func estimatedByteCount(of authorized: AuthorizedCollection) -> Int {
        if let byteCount = snapshots?.estimatedByteCount(of: authorized.collection.id) { return byteCount }
        let vector = (authorized.collection.profile?.dimensions ?? 0) * MemoryLayout<Float>.stride
        return Int(clamping: authorized.head.lastSeq) * (vector + CollectionIndex.likelyEntryByteCount)
    }

    /// Applies what the feed has beyond the index, page by page.
    func follow(_ index: CollectionIndex, _ authorized: AuthorizedCollection) async throws {
        while true {
            let last = index.lastSeq
            let page = try await feed.changes(in: authorized, after: last, limit: pageSize)
            guard let end = page.last?.seq else {
                // Places whose entries were written again since leave gaps at the end.
                if last < authorized.head.lastSeq {
                    try await executor.searches.run { try index.apply([], upTo: authorized.head.lastSeq) }
                }
                return
            }
            let lane = page.count <= Self.fewChanges ? executor.searches : executor.loads
            try await lane.run { try index.apply(page, upTo: end) }
            if page.count < pageSize, end >= authorized.head.lastSeq { return }
        }
    }

    /// Reads all live entries in order of keys, the next page while one is applied; what changed meanwhile is in the feed
    /// after the place that the index is given.
    private func rebuild(
        _ authorized: AuthorizedCollection,
        _ identity: CollectionIndex.Identity,
        _ reservation: IndexReservation?,
        _ showing: (CollectionIndex) -> Void
    ) async throws -> CollectionIndex {
        let index = CollectionIndex(
            identity: identity,
            vectors: try authorized.collection.profile.map { profile in
                try VectorIndex(VectorIndexConfiguration(dimension: profile.dimensions), memory: searching)
            },
            reservation: reservation
        )
        showing(index)
        let start = try await feed.head(of: authorized)
        var page = try await feed.entries(in: authorized, afterKey: 0, limit: pageSize)
        while let last = page.last {
            let isLast = page.count < pageSize
            async let next = isLast ? [] : feed.entries(in: authorized, afterKey: last.key, limit: pageSize)
            let entries = page
            try await executor.loads.run { try index.apply(entries, upTo: 0) }
            page = try await next
        }
        try await executor.loads.run { try index.apply([], upTo: start.lastSeq) }
        return index
    }
}

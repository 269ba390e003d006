internal import Logging
internal import MemoryModel

/// Brings an index into memory, from its snapshot where that can be trusted, else from the feed, and keeps it in step.
struct IndexLoader: Sendable {
    let feed: any FeedReader
    let executor: SearchExecutor
    let snapshots: IndexSnapshots?
    let pageSize: Int

    /// Loads an index; `savedSeq` is the place its snapshot stands at, -1 where there is none.
    func load(
        _ authorized: AuthorizedCollection,
        _ identity: CollectionIndex.Identity
    ) async throws -> (index: CollectionIndex, savedSeq: Int64) {
        if let snapshots {
            let profile = authorized.collection.profile
            let read = await executor.builds.run { snapshots.read(identity, profile: profile) }
            if let read, read.lastSeq >= authorized.head.floor, read.lastSeq <= authorized.head.lastSeq {
                return (read, read.lastSeq)
            }
        }
        return (try await rebuild(authorized, identity), -1)
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
            try await executor.searches.run { try index.apply(page, upTo: end) }
            if page.count < pageSize, end >= authorized.head.lastSeq { return }
        }
    }

    /// Reads all live entries in order of keys, then whatever changed meanwhile.
    private func rebuild(
        _ authorized: AuthorizedCollection,
        _ identity: CollectionIndex.Identity
    ) async throws -> CollectionIndex {
        let index = try CollectionIndex.empty(for: identity, profile: authorized.collection.profile)
        let start = try await feed.head(of: authorized)
        var key: Int64 = 0
        while true {
            let page = try await feed.entries(in: authorized, afterKey: key, limit: pageSize)
            guard let last = page.last else { break }
            key = last.key
            try await executor.builds.run { try index.apply(page, upTo: 0) }
            if page.count < pageSize { break }
        }
        try await executor.builds.run { try index.apply([], upTo: start.lastSeq) }
        return index
    }
}

internal import LexicalSearch
internal import MemoryModel
internal import VectorSearch

extension IndexRegistry {
    /// What was cleared of erased entries.
    struct Cleared: Sendable {
        /// Indexes in memory that were freed or made anew without what was removed.
        var indexes = 0
        /// Snapshots on disk that were written anew or removed.
        var snapshots = 0

        mutating func add(_ other: Cleared) {
            indexes += other.indexes
            snapshots += other.snapshots
        }
    }

    /// Frees the index of a collection that is gone, in memory and on disk.
    func clear(_ gone: Identifier<MemoryCollection>) async throws -> Cleared {
        let wasLoaded = loadedIndex(of: gone) != nil
        let hadSnapshot = await writingAlone { () -> Bool in
            let hadSnapshot = snapshots?.contains(gone) ?? false
            forget(gone)
            return hadSnapshot
        }
        return Cleared(indexes: wasLoaded ? 1 : 0, snapshots: hadSnapshot ? 1 : 0)
    }

    /// Brings a collection's index up to the place the collection was read at, and leaves nothing in memory or on disk
    /// of the entries that were removed by then.
    ///
    /// Removed vectors and words stay where they were until an index is compacted; so a loaded index is compacted and
    /// its snapshot written anew. The snapshot of an index that is not loaded is removed: the next query rebuilds it.
    /// - Throws: where the index cannot catch up or is being built; the next look tries again.
    func clear(_ touched: AuthorizedCollection) async throws -> Cleared {
        let id = touched.collection.id
        guard isLoadedOrLoading(id) else {
            let removed = await writingAlone { () -> Bool in
                guard let snapshots, snapshots.contains(id) else { return false }
                snapshots.remove(id)
                return true
            }
            // A load that began meanwhile may have read the snapshot before it went.
            guard isLoadedOrLoading(id) else { return Cleared(snapshots: removed ? 1 : 0) }
            return try await clearLoaded(touched)
        }
        return try await clearLoaded(touched)
    }

    private func clearLoaded(_ touched: AuthorizedCollection) async throws -> Cleared {
        let index = try await self.index(for: touched, deadline: .now + .seconds(300))
        try await executor.builds.run { try index.compact() }
        let rewritten = try await writingAlone { () async throws -> Bool in
            guard let snapshots, snapshots.contains(touched.collection.id) else { return false }
            // The folder goes whole, with what may have been set aside in it.
            snapshots.remove(touched.collection.id)
            noteSaved(index, at: try await executor.saves.run { try snapshots.write(index) })
            return true
        }
        return Cleared(indexes: 1, snapshots: rewritten ? 1 : 0)
    }
}

extension CollectionIndex {
    /// Makes vectors and words anew without what was removed, and codes that no longer fit; computes.
    func compact() throws {
        if let vectors, vectors.removedVectorCount > 0 || vectors.isOutgrown { try vectors.compact() }
        snapshot.lexical?.compact()
        noteByteCount()
    }
}

import Synchronization

extension VectorIndex {
    /// Adds one vector, in place of the one with the same key and part.
    ///
    /// - Throws: `wrongDimension`, `notFinite`, `zeroVector`, `magnitudeTooLarge`, `keyOutOfRange` (nothing is changed);
    ///   `full`, `outOfMemory`.
    public func insert(_ vector: [Float], key: UInt64, part: UInt8 = 0) throws(VectorSearchError) {
        try insert([VectorEntry(key: key, part: part, vector: vector)])
    }

    /// Adds vectors in order, each in place of the one with the same key and part.
    ///
    /// All are checked before the first is added. Another writer waits until all are in; searches see them one by one.
    ///
    /// - Throws: as `insert(_:key:part:)`; after `full` or `outOfMemory` the entries before stay.
    public func insert(_ entries: [VectorEntry]) throws(VectorSearchError) {
        var prepared: [PreparedVector] = []
        prepared.reserveCapacity(entries.count)
        for entry in entries {
            let id = try VectorID(key: entry.key, part: entry.part)
            let scale = try configuration.metric.scale(of: entry.vector, dimension: configuration.dimension)
            prepared.append(PreparedVector(id: id, vector: entry.vector, scale: scale))
        }
        try writing.withLock { writer throws(VectorSearchError) in
            for entry in prepared { try writer.insert(entry) }
        }
    }

    /// Removes all vectors of a key and tells whether there were any.
    @discardableResult
    public func remove(key: UInt64) -> Bool { remove(keys: CollectionOfOne(key)) == 1 }

    /// Removes all vectors of these keys and returns how many of the keys had any.
    @discardableResult
    public func remove(keys: some Sequence<UInt64>) -> Int {
        let keys = Array(keys)
        return writing.withLock { writer in
            var removed = 0
            for key in keys where writer.remove(key: key) > 0 { removed += 1 }
            return removed
        }
    }
}

extension VectorIndex {
    /// The exact scores of all vectors of some keys, key by key; keys without vectors are left out.
    ///
    /// For candidates that other searches found: unlike `search`, it returns every part of a key.
    ///
    /// - Parameters:
    ///   - keys: The keys, each named once.
    ///   - vector: The query, under the same rules as an inserted vector.
    /// - Returns: One match for each vector; higher scores are better.
    /// - Throws: `wrongDimension`, `notFinite`, `zeroVector`, `magnitudeTooLarge`.
    public func scores(of keys: some Sequence<UInt64>, to vector: [Float]) throws(VectorSearchError) -> [Match] {
        let scale = try configuration.metric.scale(of: vector, dimension: configuration.dimension)
        let contents = contents
        var slots: [UInt32] = []
        contents.directory.appendSlots(of: keys, to: &slots)
        return scratches.withScratch { scratch in
            scratch.setQuery(vector, scale: scale)
            let store = unsafe contents.store.handle
            let ranked = slots.compactMap { slot -> RankedSlot? in
                guard unsafe store.isLive(slot) else { return nil }
                return RankedSlot(
                    distance: unsafe store.distances.pair(scratch.query, store.row(slot), store.dimension),
                    slot: slot
                )
            }
            return matches(ranked, in: contents.store)
        }
    }
}

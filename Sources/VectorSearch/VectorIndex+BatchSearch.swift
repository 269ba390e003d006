extension VectorIndex {
    /// The `k` nearest keys of each query, in the order of the queries; each answer as `search(_:k:ef:filter:)` gives it,
    /// but for the last bits of a score.
    ///
    /// On an exact index without filter the queries are compared with each block of vectors at once, which is several times
    /// faster than one search after another.
    ///
    /// - Throws: as `search(_:k:ef:filter:)`.
    public func search(
        batch vectors: [[Float]],
        k: Int,
        ef: Int? = nil,
        filter: KeyFilter? = nil
    ) throws(VectorSearchError) -> [[Match]] {
        let effort = try checkedEffort(k: k, ef: ef)
        var scales: [Double] = []
        for vector in vectors {
            scales.append(try configuration.metric.scale(of: vector, dimension: configuration.dimension))
        }
        let contents = contents
        if contents.graph == nil, filter == nil, configuration.metric != .euclidean {
            var answers: [[Match]] = []
            for first in stride(from: 0, to: vectors.count, by: ExactBatch.queryLimit) {
                let group = first..<min(vectors.count, first + ExactBatch.queryLimit)
                let batch = ExactBatch(contents.store, vectors: vectors[group], scales: scales[group])
                answers += batch.best(k).map { matches($0, in: contents.store) }
            }
            return answers
        }
        return scratches.withScratch { scratch in
            zip(vectors, scales).map { vector, scale in
                scratch.setQuery(vector, scale: scale)
                let search = Search(contents: contents, k: k, effort: effort, filter: filter, scratch: scratch)
                return matches(search.run(.automatic), in: contents.store)
            }
        }
    }
}

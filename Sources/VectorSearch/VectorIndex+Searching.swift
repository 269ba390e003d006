/// Which way a search goes; callers get `automatic`, tests compare the ways.
package enum SearchRoute: Sendable {
    case automatic
    case exact
    case graph
}

extension VectorIndex {
    /// The `k` keys nearest to `vector`, best first; equal scores in order of insertion.
    ///
    /// Fewer than `k` come back only where fewer keys have vectors and pass the filter. On an exact index the answer is
    /// exact; on a graph it is approximate, and `ef` says how hard to look.
    ///
    /// - Parameters:
    ///   - vector: The query, under the same rules as an inserted vector.
    ///   - k: How many keys, 1...10,000.
    ///   - ef: Candidates kept on a graph walk, 1...100,000; raised to `k` where less, the configuration's `searchEffort` where nil.
    ///   - filter: Which keys may come back; all where nil.
    /// - Returns: At most `k` matches of distinct keys.
    /// - Throws: `wrongDimension`, `notFinite`, `zeroVector`, `magnitudeTooLarge`, `invalidArgument`.
    public func search(
        _ vector: [Float],
        k: Int,
        ef: Int? = nil,
        filter: KeyFilter? = nil
    ) throws(VectorSearchError) -> [Match] {
        try search(vector, k: k, ef: ef, filter: filter, route: .automatic)
    }

    package func search(
        _ vector: [Float],
        k: Int,
        ef: Int? = nil,
        filter: KeyFilter? = nil,
        route: SearchRoute
    ) throws(VectorSearchError) -> [Match] {
        let scale = try configuration.metric.scale(of: vector, dimension: configuration.dimension)
        let effort = try checkedEffort(k: k, ef: ef)
        let contents = contents
        return scratches.withScratch { scratch in
            scratch.setQuery(vector, scale: scale)
            let search = Search(contents: contents, k: k, effort: effort, filter: filter, scratch: scratch)
            return matches(search.run(route), in: contents.store)
        }
    }

    /// Checks `k` and `ef` and returns the candidates to keep.
    func checkedEffort(k: Int, ef: Int?) throws(VectorSearchError) -> Int {
        guard (1...10_000).contains(k) else {
            throw VectorSearchError(.invalidArgument, "k is \(k), allowed is 1...10000")
        }
        let effort = ef ?? configuration.searchEffort
        guard (1...100_000).contains(effort) else {
            throw VectorSearchError(.invalidArgument, "ef is \(effort), allowed is 1...100000")
        }
        return max(k, effort)
    }

    func matches(_ ranked: [RankedSlot], in store: VectorStore) -> [Match] {
        let metric = configuration.metric
        return ranked.map { ranked in
            let id = unsafe store.handle.id(ranked.slot)
            return Match(key: id.key, part: id.part, score: metric.score(ofDistance: ranked.distance))
        }
    }
}

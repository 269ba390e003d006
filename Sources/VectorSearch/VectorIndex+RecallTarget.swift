extension VectorIndex {
    /// The `k` keys nearest to `vector`, looking as hard as it takes to find a share of the true ones.
    ///
    /// On a graph each query is looked for until what is left lies too far beyond what was found; how far that is was measured
    /// when the graph was built, on vectors made of its own (`buildGraph`). The share is met on average over queries like those;
    /// a single query may miss more. On an exact index the answer is exact.
    ///
    /// - Parameters:
    ///   - vector: The query, under the same rules as an inserted vector.
    ///   - k: How many keys, 1...10,000.
    ///   - recallTarget: The share of the true `k` nearest that is to be found, 0.5...0.9999.
    ///   - filter: Which keys may come back; all where nil.
    /// - Returns: At most `k` matches of distinct keys, best first; fewer only where fewer keys match.
    /// - Throws: `wrongDimension`, `notFinite`, `zeroVector`, `magnitudeTooLarge`, `invalidArgument`.
    public func search(
        _ vector: [Float],
        k: Int,
        recallTarget: Double,
        filter: KeyFilter? = nil
    ) throws(VectorSearchError) -> [Match] {
        guard (0.5...0.9999).contains(recallTarget) else {
            throw VectorSearchError(.invalidArgument, "recallTarget is \(recallTarget), allowed is 0.5...0.9999")
        }
        let scale = try configuration.metric.scale(of: vector, dimension: configuration.dimension)
        let contents = contents
        let effort = try checkedEffort(k: k, ef: Self.effort(k: min(k, 10_000), recallTarget: recallTarget))
        return scratches.withScratch { scratch in
            scratch.setQuery(vector, scale: scale)
            var search = Search(contents: contents, k: k, effort: effort, filter: filter, scratch: scratch)
            search.slack = contents.graph?.calibration.slack(for: recallTarget)
            return matches(search.run(.automatic), in: contents.store)
        }
    }

    /// Candidates to keep where patience does not apply: under filters, for keys with parts, by inner product.
    private static func effort(k: Int, recallTarget: Double) -> Int {
        let perTen: [(recall: Double, effort: Int)] = [(0.9, 16), (0.95, 24), (0.98, 48), (0.99, 72), (0.995, 112)]
        let effort = perTen.first { recallTarget <= $0.recall }?.effort ?? 256
        return max(effort, min(100_000, effort * k / 10))
    }
}

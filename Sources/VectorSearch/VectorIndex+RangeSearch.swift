extension VectorIndex {
    /// All keys whose score for `vector` is `leastScore` or more, best first, at most `limit`.
    ///
    /// What the bound means is the metric's: the least cosine, the least inner product, or the greatest Euclidean distance with
    /// its sign turned (`-2` for all within a distance of 2). On an exact index nothing is missed. On a graph the answer is as
    /// good as that of a search for as many keys as come back; a walk that reaches the bound too late is followed by wider ones.
    ///
    /// - Parameters:
    ///   - vector: The query, under the same rules as an inserted vector.
    ///   - leastScore: The bound; a NaN is refused.
    ///   - limit: How many keys at most, 1...10,000; the best where more are within the bound.
    ///   - ef: Candidates kept on a graph walk, as in `search(_:k:ef:filter:)`; raised to what is found.
    ///   - filter: Which keys may come back; all where nil.
    /// - Returns: Matches of distinct keys; exactly `limit` of them means that there may be more.
    /// - Throws: as `search(_:k:ef:filter:)`.
    public func search(
        _ vector: [Float],
        within leastScore: Float,
        limit: Int = 1_000,
        ef: Int? = nil,
        filter: KeyFilter? = nil
    ) throws(VectorSearchError) -> [Match] {
        try search(vector, within: leastScore, limit: limit, ef: ef, filter: filter, route: .automatic)
    }

    package func search(
        _ vector: [Float],
        within leastScore: Float,
        limit: Int,
        ef: Int? = nil,
        filter: KeyFilter? = nil,
        route: SearchRoute
    ) throws(VectorSearchError) -> [Match] {
        guard !leastScore.isNaN else { throw VectorSearchError(.invalidArgument, "the least score is not a number") }
        guard (1...10_000).contains(limit) else {
            throw VectorSearchError(.invalidArgument, "limit is \(limit), allowed is 1...10000")
        }
        // Most ranges hold few keys: begin with a search for few, and look wider while all that came back is within.
        var k = min(limit, 64)
        while true {
            let found = try search(vector, k: k, ef: ef, filter: filter, route: route)
            if k == limit || found.count < k || found[k - 1].score < leastScore {
                return Array(found.prefix { $0.score >= leastScore })
            }
            k = min(limit, k * 4)
        }
    }
}

internal import MemoryModel

extension Retriever {
    /// Catches the indexes up and finds what is nearest to a vector, whatever its words.
    ///
    /// - Parameters:
    ///   - vector: Unit length, of the embedder's profile.
    ///   - request: Where to look; its text is not.
    ///   - deadline: Until when an index is waited for.
    /// - Throws: What the indexes throw.
    /// - Returns: What is in use, nearest first; one that cannot be had degrades it.
    func nearest(
        to vector: [Float],
        _ request: Request,
        deadline: ContinuousClock.Instant?
    ) async throws -> Result {
        var result = Result()
        let views = await views(for: request, deadline: deadline, into: &result)
        let profile = embedder.profile?.name
        if views.contains(where: { $0.profileName != profile }) { result.degradations.insert(.noEmbedding) }
        return try await executor.searches.run { [result] () throws -> Result in
            var result = result
            var pool = CandidatePool(views.map(\.index), filter: request.filter)
            try pool.searchVectors(vector, profile: profile, request)
            let inUse = pool.candidates.filter { $0.retirement == nil }
            result.candidates = inUse.sorted {
                ($1.vectorScore ?? 0, $0.record.sourceID) < ($0.vectorScore ?? 0, $1.record.sourceID)
            }
            return result
        }
    }
}

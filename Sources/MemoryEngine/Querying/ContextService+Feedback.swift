public import MemoryModel

extension ContextService {
    /// What feedback is worth at most in an entry's score: it orders what is alike.
    static let feedbackWeight: Float = 0.06

    /// Keeps what a caller says of an answered pack: which of what it held was of use, and which not.
    ///
    /// Saying it again changes nothing; a later word on the same thing replaces the earlier one.
    ///
    /// - Parameters:
    ///   - useful: Ids of items and messages in the pack.
    ///   - notUseful: The same, of what did not help.
    ///   - id: The pack.
    ///   - principal: Who says so.
    ///   - deadline: When the answer is of no use any more.
    /// - Returns: How many were kept; what was erased since is left out.
    /// - Throws: `EngineError` where an id is in both lists or was not in the pack, `StoreError`.
    public func recordFeedback(
        useful: [String],
        notUseful: [String],
        on id: Identifier<ContextPack>,
        as principal: Principal,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> Int {
        guard Set(useful).isDisjoint(with: notUseful) else {
            throw EngineError(.invalid, "names an id that is in useful as well", field: "not_useful")
        }
        // A trace that still waits is written first, so that what is kept can go with it.
        if traces.isWaiting(id, in: principal.workspaceID) { await traces.flush() }
        return try await store.withTransaction(as: principal, .writing(until: deadline)) { tx in
            let trace = try await tx.trace(id)
            let shown = Set(trace.body.entries.filter { $0.tokens > 0 }.map(\.reference.id))
            let words = try Self.words(useful, true, shown: shown, field: "useful")
            let others = try Self.words(notUseful, false, shown: shown, field: "not_useful")
            return try await tx.recordFeedback(words + others, on: id)
        }.value
    }

    private static func words(
        _ ids: [String],
        _ isUseful: Bool,
        shown: Set<String>,
        field: String
    ) throws -> [ContextFeedback] {
        try Set(ids).sorted().map { id in
            guard shown.contains(id), let source = Identifier<IndexEntryChange>(id) else {
                throw EngineError(.invalid, "names what was not in the pack", field: field)
            }
            return ContextFeedback(sourceID: source, isUseful: isUseful)
        }
    }

    /// What was read with what was said of it added to its score, best first.
    static func weighed(
        _ weighed: [PackAssembly.Weighed],
        tallies: [Identifier<IndexEntryChange>: FeedbackTally]
    ) -> [PackAssembly.Weighed] {
        guard !tallies.isEmpty else { return weighed }
        let rescored = weighed.map { entry in
            guard let tally = tallies[entry.subject.sourceID] else { return entry }
            var scores = entry.scores
            let score = entry.score + feedbackWeight * tally.signal
            scores["feedback"] = tally.signal
            scores["final"] = score
            return PackAssembly.Weighed(
                subject: entry.subject,
                score: score,
                scores: scores,
                retirement: entry.retirement
            )
        }
        return rescored.enumerated().sorted { left, right in
            left.element.score == right.element.score
                ? left.offset < right.offset : left.element.score > right.element.score
        }.map(\.element)
    }
}

extension TraceEntry {
    /// Names what it is about.
    var reference: CandidateReference {
        if let item { return CandidateReference(item: item) }
        return CandidateReference(messageID: messageID ?? Identifier(high: 0, low: 0))
    }
}

extension ContextCandidate.Subject {
    /// The id that feeds and feedback know it by.
    var sourceID: Identifier<IndexEntryChange> {
        switch self {
        case .item(let item): item.id.as(IndexEntryChange.self)
        case .message(let message): message.id.as(IndexEntryChange.self)
        }
    }
}

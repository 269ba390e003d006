internal import LexicalSearch
internal import MemoryModel

/// Makes a pack of what was read: groups duplicates, marks conflicts, fills the budget, says what became of every candidate.
struct PackAssembly: Sendable {
    /// One thing that was found and read.
    struct Weighed: Sendable {
        let subject: ContextCandidate.Subject
        /// What it is ranked by.
        let score: Float
        /// By signal.
        let scores: [String: Float]
        /// Why it is not in use; nil where it is.
        let retirement: CandidateOutcome?
    }

    /// What comes of it.
    struct Assembled: Sendable {
        let rendered: RenderedContext
        let tokenCount: Int
        let candidates: [ContextCandidate]
        /// The parts shown, beside the candidates.
        let excerpts: [[Range<Int>]?]
        let renderedHash: String
    }

    let query: ContextQuery
    let pins: [ContextItem]
    /// The scores that pins had among what was found, by item.
    let pinScores: [Identifier<ContextItem>: [String: Float]]
    let weighed: [Weighed]
    let recent: [Message]
    let fenceSecret: [UInt8]
    let analyzer: Analyzer?

    /// Fills the budget; computes.
    func assemble() -> Assembled {
        let subjects = pins.map { ContextCandidate.Subject.item($0) } + weighed.map(\.subject)
        // What is not in use neither stands for anything nor contradicts it.
        let inUse = subjects.indices.filter { $0 < pins.count || weighed[$0 - pins.count].retirement == nil }
        var places = subjects.map { _ in PackGrouping.Place() }
        // What was distilled stands for what was said, however the two rank.
        let order = inUse.filter { subjects[$0].section == .items } + inUse.filter { subjects[$0].section != .items }
        for (index, place) in zip(order, PackGrouping(order.map { Self.text(of: subjects[$0]) }).places) {
            places[index] = PackGrouping.Place(
                duplicateOf: place.duplicateOf.map { order[$0] },
                conflicts: place.conflicts.map { order[$0] }
            )
        }
        let result = filled(subjects, places, inUse)
        var rows: [(ContextCandidate, [Range<Int>]?)] = []
        let relations = Relations(subjects: subjects, places: places)
        for index in subjects.indices {
            let isPin = index < pins.count
            let retired = isPin ? nil : weighed[index - pins.count].retirement
            let scores = isPin ? pinScores[pins[index].id] ?? [:] : weighed[index - pins.count].scores
            var placement = result.placements[index] ?? Packer.Placement(outcome: retired ?? .duplicate)
            if let retired { placement.outcome = retired }
            let section: ContextSection = isPin ? .pins : subjects[index].section
            rows.append((relations.candidate(index, section, placement, scores), placement.excerpt))
        }
        for (message, placement) in zip(recent, result.recent) {
            let candidate = ContextCandidate(
                subject: .message(message),
                section: .recentThread,
                outcome: placement.outcome,
                tokens: placement.tokens,
                scores: [:]
            )
            rows.append((candidate, placement.excerpt))
        }
        return Assembled(
            rendered: result.rendered,
            tokenCount: result.tokenCount,
            candidates: rows.map(\.0),
            excerpts: rows.map(\.1),
            renderedHash: PackRenderer.hash(of: result.rendered)
        )
    }

    private struct Filled {
        let rendered: RenderedContext
        let tokenCount: Int
        /// By index of the subjects.
        var placements: [Int: Packer.Placement] = [:]
        let recent: [Packer.Placement]
    }

    private func filled(
        _ subjects: [ContextCandidate.Subject],
        _ places: [PackGrouping.Place],
        _ inUse: [Int]
    ) -> Filled {
        let standing = inUse.filter { places[$0].duplicateOf == nil }
        let pinned = standing.filter { $0 < pins.count }
        let found = standing.filter { $0 >= pins.count }
        let pinPlaces = Dictionary(uniqueKeysWithValues: zip(pinned, pinned.indices))
        let foundPlaces = Dictionary(uniqueKeysWithValues: zip(found, found.indices))
        let lexicalQuery = try? analyzer?.query(query.query)
        // A group is worth as much as the best of it.
        var scores = weighed.map(\.score)
        for index in inUse where index >= pins.count {
            guard let leader = places[index].duplicateOf, leader >= pins.count else { continue }
            scores[leader - pins.count] = max(scores[leader - pins.count], weighed[index - pins.count].score)
        }
        let renderer = PackRenderer(format: query.format, tokenizer: query.tokenizer, fenceSecret: fenceSecret)
        let result = Packer(renderer: renderer, budget: query.tokenBudget).pack(
            // Pins are cut without regard to the query, so that they stay the same.
            pins: pinned.map { Packer.Found(subject: subjects[$0], score: 1) },
            found: found.map { index in
                Packer.Found(
                    subject: subjects[index],
                    score: scores[index - pins.count],
                    matches: matches(lexicalQuery, in: subjects[index]),
                    conflicts: places[index].conflicts.compactMap { foundPlaces[$0] },
                    pinConflicts: places[index].conflicts.compactMap { pinPlaces[$0] }
                )
            },
            recent: recent.map {
                Packer.Found(subject: .message($0), score: 0, matches: matches(lexicalQuery, in: .message($0)))
            }
        )
        var filled = Filled(rendered: result.rendered, tokenCount: result.tokenCount, recent: result.recent)
        for (index, placement) in zip(pinned, result.pins) { filled.placements[index] = placement }
        for (index, placement) in zip(found, result.found) { filled.placements[index] = placement }
        return filled
    }

    private func matches(_ lexicalQuery: LexicalQuery?, in subject: ContextCandidate.Subject) -> [Range<Int>] {
        let content = PackEntry.content(of: subject)
        // Only what may be shown in part needs to know where the words are.
        guard let lexicalQuery, content.utf8.count > 200 else { return [] }
        return (try? analyzer?.highlights(of: lexicalQuery, in: content)) ?? []
    }

    private static func text(of subject: ContextCandidate.Subject) -> PackGrouping.Text {
        switch subject {
        case .item(let item): PackGrouping.Text(item.content, hash: item.contentHash, scope: item.scope)
        case .message(let message): PackGrouping.Text(message.content, hash: [], scope: nil)
        }
    }

    /// Who stands for whom, and who contradicts whom, by name.
    private struct Relations {
        let subjects: [ContextCandidate.Subject]
        let places: [PackGrouping.Place]
        private let followers: [Int: [Int]]

        init(subjects: [ContextCandidate.Subject], places: [PackGrouping.Place]) {
            self.subjects = subjects
            self.places = places
            var followers: [Int: [Int]] = [:]
            for (index, place) in places.enumerated() {
                if let leader = place.duplicateOf { followers[leader, default: []].append(index) }
            }
            self.followers = followers
        }

        func candidate(
            _ index: Int,
            _ section: ContextSection,
            _ placement: Packer.Placement,
            _ scores: [String: Float]
        ) -> ContextCandidate {
            ContextCandidate(
                subject: subjects[index],
                section: section,
                outcome: placement.outcome,
                tokens: placement.tokens,
                scores: scores,
                duplicateOf: places[index].duplicateOf.map { subjects[$0].reference },
                duplicates: (followers[index] ?? []).map { subjects[$0].reference },
                conflictsWith: places[index].conflicts.map { subjects[$0].reference }
            )
        }
    }
}

extension PackAssembly.Assembled {
    /// What is kept of the pack: ids, versions and scores, no text.
    ///
    /// - Parameters:
    ///   - pack: The answer.
    ///   - query: What was asked.
    ///   - asker: Who asked, and alone may replay it, with those who see the agent it was for.
    ///   - unread: What an index named and the read did not find any more.
    ///   - time: When it was answered.
    /// - Returns: The trace.
    func trace(
        of pack: ContextPack,
        query: ContextQuery,
        asker: Principal,
        unread: [Candidate],
        at time: Timestamp
    ) -> ContextTrace {
        let entries = zip(candidates, excerpts).map { candidate, excerpt in
            let reference = candidate.subject.reference
            return TraceEntry(
                item: reference.item,
                messageID: reference.messageID,
                section: candidate.section,
                outcome: candidate.outcome,
                tokens: candidate.tokens,
                excerpt: excerpt?.flatMap { [$0.lowerBound, $0.upperBound] },
                scores: candidate.scores,
                duplicateOf: candidate.duplicateOf,
                conflictsWith: candidate.conflictsWith.isEmpty ? nil : candidate.conflictsWith
            )
        }
        let gone = unread.map { candidate in
            TraceEntry(
                item: candidate.record.isMessage ? nil : candidate.record.reference,
                messageID: candidate.record.isMessage ? candidate.record.messageReference.messageID : nil,
                section: candidate.record.isMessage ? .messages : .items,
                outcome: .stale,
                tokens: 0,
                scores: candidate.scores
            )
        }
        return ContextTrace(
            id: pack.id,
            agentID: query.agentID ?? asker.agentID,
            userID: asker.userID,
            threadID: query.threadID,
            createdAt: time,
            body: TraceBody(
                tokenBudget: query.tokenBudget,
                tokenizer: query.tokenizer,
                format: query.format,
                tokenCount: pack.tokenCount,
                entries: entries + gone,
                degradations: pack.degradations,
                timings: Dictionary(pack.timings.map { ($0.stage, $0.milliseconds) }, uniquingKeysWith: +),
                renderedHash: renderedHash
            )
        )
    }
}

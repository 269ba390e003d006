internal import LexicalSearch
internal import MemoryModel

/// Makes a pack of what was read: groups duplicates, fills the budget, says what became of every candidate.
struct PackAssembly: Sendable {
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
    let read: [ContentReader.Read]
    let recent: [Message]
    let fenceSecret: [UInt8]
    let analyzer: Analyzer?

    /// Fills the budget; computes.
    func assemble() -> Assembled {
        var duplicates = Duplicates()
        for pin in pins { _ = duplicates.isRepeated(pin.content, hash: pin.contentHash) }
        // What was said last is shown as such, and not once more as found.
        let said = Set(recent.map(\.id))
        var outcomes: [CandidateOutcome?] = []
        var places: [Int] = []
        for (place, entry) in read.enumerated() {
            if let retirement = entry.retirement {
                outcomes.append(retirement)
            } else if entry.subject.messageID.map(said.contains) ?? false || duplicates.isRepeated(entry.subject) {
                outcomes.append(.duplicate)
            } else {
                outcomes.append(nil)
                places.append(place)
            }
        }
        let renderer = PackRenderer(format: query.format, tokenizer: query.tokenizer, fenceSecret: fenceSecret)
        let lexicalQuery = try? analyzer?.query(query.query)
        let result = Packer(renderer: renderer, budget: query.tokenBudget).pack(
            pins: pins.map { found(.item($0), score: 1, lexicalQuery) },
            found: places.map { found(read[$0].subject, score: read[$0].candidate.score, lexicalQuery) },
            recent: recent.map { found(.message($0), score: 0, lexicalQuery) }
        )
        let placed = Dictionary(uniqueKeysWithValues: zip(places, result.found))
        var rows: [(ContextCandidate, [Range<Int>]?)] = []
        for (pin, placement) in zip(pins, result.pins) {
            rows.append(row(.item(pin), .pins, placement, scores: [:]))
        }
        for (place, entry) in read.enumerated() {
            let placement = placed[place] ?? Packer.Placement(outcome: outcomes[place] ?? .overBudget)
            rows.append(row(entry.subject, entry.subject.section, placement, scores: entry.candidate.scores))
        }
        for (message, placement) in zip(recent, result.recent) {
            rows.append(row(.message(message), .recentThread, placement, scores: [:]))
        }
        return Assembled(
            rendered: result.rendered,
            tokenCount: result.tokenCount,
            candidates: rows.map(\.0),
            excerpts: rows.map(\.1),
            renderedHash: PackRenderer.hash(of: result.rendered)
        )
    }

    private func found(
        _ subject: ContextCandidate.Subject,
        score: Float,
        _ lexicalQuery: LexicalQuery?
    ) -> Packer.Found {
        var matches: [Range<Int>] = []
        let content = PackEntry.content(of: subject)
        // Only what may be shown in part needs to know where the words are.
        if let lexicalQuery, content.utf8.count > 200 {
            matches = (try? analyzer?.highlights(of: lexicalQuery, in: content)) ?? []
        }
        return Packer.Found(subject: subject, score: score, matches: matches)
    }

    private func row(
        _ subject: ContextCandidate.Subject,
        _ section: ContextSection,
        _ placement: Packer.Placement,
        scores: [String: Float]
    ) -> (ContextCandidate, [Range<Int>]?) {
        let candidate = ContextCandidate(
            subject: subject,
            section: section,
            outcome: placement.outcome,
            tokens: placement.tokens,
            scores: scores
        )
        return (candidate, placement.excerpt)
    }
}

extension PackAssembly.Assembled {
    /// What is kept of the pack: ids, versions and scores, no text.
    func trace(of pack: ContextPack, query: ContextQuery, at time: Timestamp) -> ContextTrace {
        let entries = zip(candidates, excerpts).map { candidate, excerpt in
            TraceEntry(
                item: candidate.subject.reference,
                messageID: candidate.subject.messageID,
                section: candidate.section,
                outcome: candidate.outcome,
                tokens: candidate.tokens,
                excerpt: excerpt?.flatMap { [$0.lowerBound, $0.upperBound] },
                scores: candidate.scores
            )
        }
        return ContextTrace(
            id: pack.id,
            agentID: query.agentID,
            threadID: query.threadID,
            createdAt: time,
            body: TraceBody(
                tokenBudget: query.tokenBudget,
                tokenizer: query.tokenizer,
                format: query.format,
                tokenCount: pack.tokenCount,
                entries: entries,
                degradations: pack.degradations,
                timings: Dictionary(pack.timings.map { ($0.stage, $0.milliseconds) }, uniquingKeysWith: +),
                renderedHash: renderedHash
            )
        )
    }
}

/// Finds the best documents of one query, document by document, skipping what cannot become one of them.
///
/// MaxScore (Turtle and Flood 1995): terms stand in falling order of the most they can give. As soon as the best `limit` scores so far are
/// above what the last terms can give together, those terms no longer bring up documents of their own and are only looked up. The bound of
/// a term comes from its highest frequency anywhere; bounds by block will sharpen it.
struct MaxScoreSearch {
    /// One query term on its way through its postings.
    private struct Cursor {
        let list: PostingList
        /// Rarity times query weight, which a saturated frequency is multiplied with.
        let factor: Double
        /// The most a document can gain.
        let bound: Double
        /// The place of the term in the query.
        let order: Int
        private(set) var position = 0
        /// The slot at the position; the highest number there is at the end.
        private(set) var slot: UInt32

        init(list: PostingList, factor: Double, bound: Double, order: Int) {
            self.list = list
            self.factor = factor
            self.bound = bound
            self.order = order
            slot = list.slots.first ?? .max
        }

        mutating func advance() {
            move(to: position + 1)
        }

        mutating func seek(_ wanted: UInt32) {
            if slot < wanted { move(to: list.position(of: wanted, from: position)) }
        }

        private mutating func move(to position: Int) {
            self.position = position
            slot = position < list.slots.count ? list.slots[position] : .max
        }
    }

    private let documents: [IndexContents.Document]
    private let contents: IndexContents
    private let scorer: FieldScorer
    /// The query's terms.
    private let terms: [String]
    /// In falling order of bound.
    private var cursors: [Cursor]
    /// For each cursor, what it and all after it can give together.
    private let boundsFrom: [Double]
    /// What each term gave to the document in hand, in the query's order.
    private var parts: [Double]

    init(contents: borrowing IndexContents, query: LexicalQuery, statistics: TermStatistics, parameters: BM25F) {
        self.contents = copy contents
        documents = contents.documents
        scorer = FieldScorer(parameters: parameters, statistics: statistics)
        var cursors: [Cursor] = []
        for (order, term) in query.terms.enumerated() where term.weight > 0 {
            guard let list = contents.postingList(of: term.term), list.liveCount > 0 else { continue }
            let factor = statistics.inverseDocumentFrequency(of: term.term) * term.weight
            let bound = factor * scorer.saturationBound(list.highest) * Self.roundingMargin
            cursors.append(Cursor(list: list, factor: factor, bound: bound, order: order))
        }
        cursors.sort { ($0.bound, $1.order) > ($1.bound, $0.order) }
        var boundsFrom = [Double](repeating: 0, count: cursors.count + 1)
        for index in cursors.indices.reversed() {
            boundsFrom[index] = boundsFrom[index + 1] + cursors[index].bound
        }
        self.cursors = cursors
        self.boundsFrom = boundsFrom
        parts = [Double](repeating: 0, count: query.terms.count)
        terms = query.terms.map(\.term)
    }

    /// Sums of bounds and of scores are rounded differently; this much keeps every bound above what it bounds.
    private static let roundingMargin = 1 + 1e-9

    mutating func run(limit: Int, explaining: Bool, filter: ((UInt64) -> Bool)?) -> [LexicalMatch] {
        guard limit > 0, !cursors.isEmpty else { return [] }
        var best = TopMatches(limit: limit)
        /// Cursors before this one bring up documents.
        var essential = cursors.count
        while true {
            while essential > 0, boundsFrom[essential - 1] < best.threshold { essential -= 1 }
            var slot = UInt32.max
            for index in 0..<essential { slot = min(slot, cursors[index].slot) }
            guard slot != .max else { break }
            let document = documents[Int(slot)]
            if document.isLive, filter?(document.key) ?? true,
                let score = score(slot, document: document, essential: essential, threshold: best.threshold)
            {
                best.offer(key: document.key, score: score)
            }
            for index in 0..<essential where cursors[index].slot == slot { cursors[index].advance() }
        }
        return best.sorted().map { found in
            LexicalMatch(
                key: found.key,
                score: found.score,
                contributions: explaining ? contributions(to: found.key) : []
            )
        }
    }

    /// The score of a document, or `nil` as soon as it is known to stay below the threshold.
    private mutating func score(
        _ slot: UInt32,
        document: IndexContents.Document,
        essential: Int,
        threshold: Double
    ) -> Double? {
        for index in parts.indices { parts[index] = 0 }
        var sum = 0.0
        for index in cursors.indices {
            if index >= essential {
                guard sum + boundsFrom[index] >= threshold else { return nil }
                cursors[index].seek(slot)
            }
            guard cursors[index].slot == slot else { continue }
            let frequencies = cursors[index].list.frequencies[cursors[index].position]
            let part = cursors[index].factor * scorer.saturation(frequencies, lengths: document.lengths)
            parts[cursors[index].order] = part
            sum += part
        }
        // Added up in the query's order, so that equal documents score equally to the last bit, however they were found.
        let score = parts.reduce(0, +)
        return score > 0 ? score : nil
    }

    private func contributions(to key: UInt64) -> [TermContribution] {
        guard let slot = contents.slot(of: key) else { return [] }
        var found: [(order: Int, contribution: TermContribution)] = []
        for cursor in cursors {
            let position = cursor.list.position(of: slot, from: 0)
            guard position < cursor.list.slots.count, cursor.list.slots[position] == slot else { continue }
            let frequencies = cursor.list.frequencies[position]
            let score = cursor.factor * scorer.saturation(frequencies, lengths: documents[Int(slot)].lengths)
            found.append(
                (cursor.order, TermContribution(term: terms[cursor.order], score: score, frequencies: frequencies))
            )
        }
        return found.sorted { $0.order < $1.order }.map(\.contribution)
    }
}
